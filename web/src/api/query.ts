import { ringOf } from "../geo/ring";
import type { Where } from "../state/where";
import { request } from "./client";
import type { FoundFeature, Summary } from "./types";

/** Layers that can be asked about, those asked for most first. */
export const queryLayers = ["buildings", "facilities", "grids", "places", "organisations"] as const;
export type QueryLayer = (typeof queryLayers)[number];

/** Columns that are summed, the one that matters most first. */
export const summed: Record<QueryLayer, readonly string[]> = {
  buildings: ["households"],
  facilities: ["floor_area_m2", "capacity"],
  grids: ["households"],
  places: ["floor_area_m2"],
  organisations: [],
};

export type Level = "communities" | "grids";

/** Features that were found, as far as they were fetched. */
export interface Found {
  layer: QueryLayer;
  features: FoundFeature[];
  matched: number;
  /** There are so many that the server only guesses. */
  isGuess: boolean;
  /** Where the next ones begin; null: these are all that can be had. */
  next: string | null;
}

interface Page {
  features: FoundFeature[];
  numberMatched?: number;
  numberMatchedEstimate?: number;
  next?: string | null;
}

const pageSize = 500;
/** As many as the server gives around a point. */
const mostAround = 1000;

/** Features that stand in a place, or lie around a point, those the nearest first. */
export async function fetchFound(layer: QueryLayer, where: Where, signal: AbortSignal, token?: string): Promise<Found> {
  const found = await (where.way === "around" ? fetchAround(layer, where, signal) : fetchWithin(layer, where, signal, token));
  const { features, numberMatched, numberMatchedEstimate = 0, next = null } = found;
  return { layer, features, matched: numberMatched ?? numberMatchedEstimate, isGuess: numberMatched === undefined, next };
}

function fetchWithin(layer: QueryLayer, where: Where, signal: AbortSignal, token?: string): Promise<Page> {
  const body = { collection: layer, ...placeOf(where), relation: "stands", limit: pageSize, token: token ?? null };
  return request<Page>("/api/v1/query/within", { method: "POST", body, signal });
}

function fetchAround(layer: QueryLayer, where: Where & { way: "around" }, signal: AbortSignal): Promise<Page> {
  const { point, metres, by } = where;
  if (!point) throw new RangeError("no point is given");
  const asked = { collection: layer, lon: point[0], lat: point[1], metres, by, limit: mostAround };
  const query = new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)]));
  return request<Page>(`/api/v1/query/near?${query}`, { signal });
}

/** What stands in a place, counted and summed as a whole and by community or grid. */
export function fetchSummary(layer: QueryLayer, where: Where, level: Level, signal: AbortSignal): Promise<Summary> {
  const by = level === "grids" ? "grid" : "community";
  const body = { collection: layer, ...placeOf(where), by, sum: summed[layer] };
  return request<Summary>("/api/v1/query/aggregate", { method: "POST", body, signal });
}

function placeOf(where: Where): object {
  if (where.way === "shape") return { shape: { type: "Polygon", coordinates: [ringOf(where.corners)] } };
  if (where.way === "place") return { place: where.code };
  throw new RangeError("a point is no place");
}
