import { computed } from "vue";
import type { Home, Siting } from "../api/types";
import { t } from "../i18n";
import type { ShownSites } from "../map/siteLooks";
import { homes, norm, shades, study } from "./coverage";
import { shadesOfTrial } from "./coverageDifference";
import { chooseSite, isSiting, pointOf, sited, siting } from "./siting";
import { state } from "./store";
import { changes, isTrying, type Things, things, touch, trial } from "./trial";
import { sitesOf } from "./trialSites";

/** What the map draws while the view of coverage is open. */

/** Homes with their walk before and after, where something that is tried changes it. */
const triedHomes = computed<Home[]>(() => {
  const changed = new Map(trial.answer?.homes.features.map(({ id, properties }) => [id, properties]));
  return homes.value.map((home) => {
    const known = changed.get(home.id);
    return known ? { ...home, properties: { ...home.properties, ...known } } : home;
  });
});

/** How each home is drawn. */
export const shownShades = computed(() =>
  isTrying.value && trial.answer ? shadesOfTrial(homes.value, trial.answer.homes.features) : shades.value,
);

export const shownHomes = computed(() => {
  if (state.view !== "coverage" || !study.value) return null;
  const drawn = isTrying.value ? triedHomes.value : homes.value;
  return { homes: drawn, shades: shownShades.value, kinds: norm.value?.kinds ?? [] };
});

/** Facilities and gates that can be tried, or the sites that were found. */
export const shownSites = computed<ShownSites | null>(() => {
  if (isTrying.value && things.value) return triedSites(things.value);
  return isSiting.value && sited.value ? foundSites(sited.value) : null;
});

function triedSites({ facilities, gates }: Things): ShownSites {
  const sites = sitesOf(facilities, gates, changes.value, (n) => t("trial.new_site", { n }));
  return { sites, canPlace: true, pointed: trial.pointed };
}

function foundSites({ chosen }: Siting): ShownSites {
  const sites = chosen.map((site, place) => ({
    key: `chosen/${place}`,
    look: "chosen" as const,
    name: site.name,
    point: pointOf(site),
    number: String(place + 1),
    canMove: false,
  }));
  const place = siting.pointed ?? siting.chosen;
  return { sites, canPlace: false, pointed: place === null ? null : `chosen/${place}` };
}

/** A site was chosen on the map. */
export function pickSite(key: string): void {
  if (isTrying.value) touch(key);
  else chooseSite(Number(key.split("/")[1]));
}
