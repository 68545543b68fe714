import { computed, shallowReactive } from "vue";
import { fetchFound, fetchSummary, type Found, type Level, summed } from "../api/query";
import type { FoundFeature, Point, Summary, SumTold } from "../api/types";
import { t } from "../i18n";
import { boundsOf } from "../geo/middle";
import { circleAround } from "../geo/ring";
import { type Loaded, loaded, type Refused } from "./loaded";
import { district, state, wishes } from "./store";
import { extended, present, redone, undone } from "./trail";
import { isWhole, mostCorners, nowhere, type Way, type Where, writeWhere } from "./where";

/** All state of asking what lies where. Panels read it and call the functions below; only they change it. */
export const query = shallowReactive({
  /** A click on the map says where, instead of choosing what was found. */
  isAiming: true,
  level: "grids" as Level,
  found: null as Found | null,
  /** Counted and summed on the server; null around a point. */
  summary: null as Loaded<Summary> | null,
  refusal: null as Refused | null,
  isBusy: false,
  /** Places among the features found: the one that the list points at, and the one that was chosen. */
  pointed: null as number | null,
  chosen: null as number | null,
});

export const isQuerying = computed(() => state.view === "query");
export const where = computed(() => present(state.where));
/** Corners of the shape that was drawn, once it is one. */
export const shape = computed(() => (where.value.way === "shape" && isWhole(where.value) ? where.value.corners : null));
/** Clicks on the map say where. */
export const isAiming = computed(() => isQuerying.value && query.isAiming && where.value.way !== "place");

/** Sums of the columns of what was found, in their order. */
export const sums = computed<[string, SumTold][]>(() => {
  const { found, summary } = query;
  if (!found) return [];
  const told = summary === null ? summedHere(found) : summary.state === "here" ? summary.thing.total.sums : {};
  return summed[found.layer].flatMap((column) => (told[column] ? [[column, told[column]]] : []));
});

let pending: AbortController | null = null;

/** Ask what is there, as the layer and the place now are; what was found before stays until the answer is here. */
export async function ask(): Promise<void> {
  pending?.abort();
  query.refusal = null;
  if (!isWhole(where.value)) {
    pending = null;
    Object.assign(query, { found: null, summary: null, isBusy: false, chosen: null, pointed: null });
    return;
  }
  pending = new AbortController();
  const { signal } = pending;
  query.isBusy = true;
  const [found, summary] = await Promise.all([
    loaded(fetchFound(state.layer, where.value, signal)),
    where.value.way === "around" ? null : loaded(fetchSummary(state.layer, where.value, query.level, signal)),
  ]);
  if (signal.aborted) return;
  query.isBusy = false;
  query.refusal = found.state === "refused" ? found : null;
  const isHere = found.state === "here";
  const chosen = isHere ? placeIn(found.thing) : null;
  Object.assign(query, { found: isHere ? found.thing : null, summary: isHere ? summary : null, chosen, pointed: null });
  if (isHere) state.said = t("query.said", { n: found.thing.matched });
}

/** Where the chosen feature is among those found now: nobody loses it when others change the data. */
function placeIn({ layer, features }: Found): number | null {
  const chosen = query.found?.layer === layer && query.chosen !== null ? query.found.features[query.chosen] : undefined;
  const place = features.findIndex(({ id }) => id === chosen?.id);
  return place < 0 ? null : place;
}

/** Fetch the features that follow those that are here. */
export async function askMore(): Promise<void> {
  const { found } = query;
  if (!found?.next || query.isBusy || !pending) return;
  const { signal } = pending;
  query.isBusy = true;
  const more = await loaded(fetchFound(state.layer, where.value, signal, found.next));
  if (signal.aborted) return;
  query.isBusy = false;
  if (more.state === "here") query.found = { ...found, features: [...found.features, ...more.thing.features], next: more.thing.next };
  query.refusal = more.state === "refused" ? more : null;
}

/** Count and sum by community or by grid. */
export async function showLevel(level: Level): Promise<void> {
  query.level = level;
  if (where.value.way === "around" || !pending) return;
  const { signal } = pending;
  const summary = await loaded(fetchSummary(state.layer, where.value, level, signal));
  if (!signal.aborted && level === query.level) query.summary = summary;
}

/** Say where; the step can be taken back. */
export function setWhere(place: Where): void {
  if (place.way !== where.value.way || writeWhere(place) !== writeWhere(where.value)) {
    state.where = extended(state.where, place);
  }
}

/** Turn to another way of saying where. */
export function turnTo(way: Way): void {
  query.isAiming = true;
  if (way === "place") setWhere({ way, code: district.value?.code ?? "" });
  else setWhere(way === "shape" ? nowhere : { way, point: null, metres: 500, by: "ground" });
}

/** Let clicks on the map say where, or choose what was found. */
export function toggleAiming(): void {
  query.isAiming = !query.isAiming;
}

export function pointFound(place: number | null): void {
  query.pointed = place;
}

/** Begin a new shape. */
export function clearShape(): void {
  query.isAiming = true;
  setWhere(nowhere);
}

/** A point was chosen on the map: a corner of the shape, or what is asked around. */
export function aimAt(point: Point): void {
  const place = where.value;
  if (place.way === "around") {
    query.isAiming = false;
    setWhere({ ...place, point });
    showWhere();
  }
  if (place.way !== "shape") return;
  if (place.corners.length >= mostCorners) state.said = t("query.full", { n: mostCorners });
  else setWhere({ ...place, corners: [...place.corners, point] });
}

/** Show all of the shape, or of what lies within the distance. */
export function showWhere(): void {
  const place = where.value;
  if (shape.value) wishes.fit = boundsOf(shape.value);
  if (place.way === "around" && place.point) wishes.fit = boundsOf(circleAround(place.point, place.metres));
}

export function moveCorner(index: number, point: Point): void {
  const place = where.value;
  if (place.way === "around") setWhere({ ...place, point });
  if (place.way === "shape") setWhere({ ...place, corners: place.corners.with(index, point) });
}

export function dropCorner(index: number): void {
  const place = where.value;
  if (place.way === "shape") setWhere({ ...place, corners: place.corners.toSpliced(index, 1) });
}

/** Ask about what the map shows. */
export function takeFrame(): void {
  if (!state.frame) return;
  query.isAiming = false;
  setWhere({ way: "shape", corners: state.frame });
}

export function undo(): void {
  state.where = undone(state.where);
}

export function redo(): void {
  state.where = redone(state.where);
}

/** Choose a feature, from the list or on the map; choosing it again lets it go. */
export function chooseFound(place: number | null, { show = false } = {}): void {
  query.chosen = query.chosen === place ? null : place;
  const feature = query.chosen === null ? null : query.found?.features[query.chosen];
  if (feature && show) goTo(feature);
}

function goTo({ geometry }: FoundFeature): void {
  const bounds = boundsOf([geometry.coordinates]);
  if (geometry.type === "Point") wishes.point = [bounds[0], bounds[1]];
  else wishes.fit = bounds;
}

/** Sums over features that are all here; nothing where others are not. */
function summedHere({ layer, features, matched }: Found): Record<string, SumTold> {
  if (features.length < matched) return {};
  return Object.fromEntries(summed[layer].map((column) => [column, sumOf(features, column)]));
}

function sumOf(features: readonly FoundFeature[], column: string): SumTold {
  const told = features.flatMap(({ properties }) => (typeof properties[column] === "number" ? [properties[column]] : []));
  const total = told.length ? told.reduce((sum, value) => sum + value, 0) : null;
  return { total, told: told.length, untold: features.length - told.length };
}
