import { computed } from "vue";
import type { Home, Point, Siting } from "../api/types";
import { circleAround, ringOf } from "../geo/ring";
import { t } from "../i18n";
import type { ShownFound } from "../map/foundLayer";
import type { ShownSites, Site } from "../map/siteLooks";
import { homes, norm, shades, study } from "./coverage";
import { shadesOfTrial } from "./coverageDifference";
import { aimAt, dropCorner, isAiming, isQuerying, moveCorner, query, where } from "./query";
import { chooseSite, isSiting, pointOf, sited, siting } from "./siting";
import { state } from "./store";
import { changes, isTrying, moveTo, openAt, type Things, things, touch, trial } from "./trial";
import { sitesOf } from "./trialSites";
import type { Where } from "./where";

/** What the map draws while coverage or a query is looked at, and what becomes of it when it is touched. */

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

/** Where a query asks, and what it found. */
export const shownFound = computed<ShownFound | null>(() =>
  isQuerying.value ? { ring: ringAround(where.value), features: query.found?.features ?? [] } : null,
);

/** A place that has a name is outlined by that; on foot no circle says how far one comes. */
function ringAround(where: Where): Point[] {
  if (where.way === "shape") return where.corners.length > 2 ? ringOf(where.corners) : [...where.corners];
  return where.way === "around" && where.point && where.by === "ground" ? circleAround(where.point, where.metres) : [];
}

/** Facilities and gates that can be tried, the sites that were found, or the corners of a shape. */
export const shownSites = computed<ShownSites | null>(() => {
  if (isQuerying.value) return { sites: cornersOf(where.value), canPlace: isAiming.value, pointed: null };
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

function cornersOf(where: Where): Site[] {
  const points = where.way === "shape" ? where.corners : where.way === "around" && where.point ? [where.point] : [];
  const isMiddle = where.way === "around";
  if (!isMiddle && !isAiming.value) return [];
  return points.map((point, index) => ({
    key: `corner/${index}`,
    look: isMiddle ? "chosen" : "corner",
    name: isMiddle ? t("query.middle") : t("query.corner", { n: index + 1 }),
    point,
    canMove: true,
  }));
}

/** A site was chosen on the map. */
export function pickSite(key: string): void {
  if (isTrying.value) touch(key);
  else if (isQuerying.value) dropCorner(numberOf(key));
  else chooseSite(numberOf(key));
}

/** Free ground was chosen on the map. */
export function placeSite(point: Point): void {
  if (isQuerying.value) aimAt(point);
  else openAt(point);
}

/** A site was dragged to another point. */
export function dropSite(key: string, point: Point): void {
  if (isQuerying.value) moveCorner(numberOf(key), point);
  else moveTo(key, point);
}

function numberOf(key: string): number {
  return Number(key.split("/")[1]);
}
