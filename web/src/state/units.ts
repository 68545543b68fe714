import { computed, shallowReactive } from "vue";
import { fetchGridCard } from "../api/client";
import { loaded } from "./loaded";
import { isQuerying, where } from "./query";
import { district, shortCode, state, wishes } from "./store";

/** Communities and grids of the tables at the side, by code. */
export const units = shallowReactive({
  pointed: null as string | null,
  chosen: null as string | null,
});

/** What the map outlines: what a table points at, and where a query asks. */
export const outlined = computed(() => {
  if (state.view === "grids") return [];
  const asked = isQuerying.value && where.value.way === "place" ? where.value.code : null;
  return [units.chosen, units.pointed, asked].filter((code) => code !== null);
});

export function pointUnit(code: string | null): void {
  units.pointed = code;
}

/** Show a community or grid on the map; choosing it again lets it go. */
export async function chooseUnit(code: string): Promise<void> {
  units.chosen = units.chosen === code ? null : code;
  if (!units.chosen) return;
  const community = district.value?.communities_list.find((one) => one.code === code);
  if (community) {
    wishes.fit = [...community.bbox];
    return;
  }
  const card = await loaded(fetchGridCard(code));
  if (card.state === "here" && units.chosen === code) wishes.fit = [...card.thing.bbox];
}

/** A community by its name, a grid by that and its number. */
export function unitName(code: string): string {
  const communities = district.value?.communities_list ?? [];
  const home = communities.find((one) => code.startsWith(one.code));
  if (!home) return code;
  return home.code === code ? home.name : `${home.name} ${shortCode(code)}`;
}
