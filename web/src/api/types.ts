/** What the HTTP interface answers, as far as the map reads it. Coordinates are WGS 84, longitude first. */

export type Bounds = [west: number, south: number, east: number, north: number];
export type Point = [longitude: number, latitude: number];

/** The same sentence in both languages. */
export interface Text {
  en: string;
  zh: string;
}

export const bandPositions = ["under", "in", "over", "dedicated"] as const;

/** Where a grid's household count lies against the band; dedicated grids are outside it by rule. */
export type BandPosition = (typeof bandPositions)[number];

/** Households a general grid may hold, both ends included. */
export interface Band {
  minimum: number;
  maximum: number;
}

export interface Community {
  code: string;
  name: string;
  bbox: Bounds | null;
  households: number;
  grids: number;
  verdict: "divided" | "infeasible" | "unknown";
  reason: Text | null;
}

export interface District {
  code: string;
  name: string;
  name_en: string | null;
  synthetic: boolean;
  attribution: string;
  bbox: Bounds | null;
  communities: number;
  grids: number;
  households: number;
  bands: Record<BandPosition, number>;
  communities_list: Community[];
}

export interface Overview {
  band: Band;
  districts: District[];
}

export interface SearchResult {
  type: "grid" | "area" | "building" | "facility" | "organisation" | "road" | "place";
  code: string;
  name: string | null;
  context: string | null;
  bbox: Bounds | null;
  point: Point | null;
}

export interface GridProperties {
  code: string;
  name: string | null;
  kind: "general" | "dedicated";
  community: string;
  households: number | null;
  households_estimated: boolean;
  in_band: boolean | null;
}

export interface GridFeature {
  id: number;
  bbox?: Bounds;
  geometry: { type: string; coordinates: unknown } | null;
  properties: GridProperties;
}

export interface GridCard {
  code: string;
  name: string | null;
  kind: "general" | "dedicated";
  community: { code: string; name: string };
  plan: {
    id: number;
    published_at: string | null;
    author: string | null;
    reason: string | null;
  } | null;
  band: Band;
  in_band: boolean | null;
  area_m2: number;
  bbox: Bounds;
  synthetic: boolean;
  vintage: string | null;
  people: People;
  places: Place[];
  things: { buildings: BuildingSummary; facilities: Facility[] };
  matters: { open: number; closed: number; by_kind: MatterCount[] };
  organisations: { id: number; name: string; kind: string }[];
  roles: { kind: string; name: string; phone: string | null }[];
}

export interface People {
  households: number | null;
  households_estimated_count: number;
  /** Null when not counted, or when too few to show. */
  residents: number | null;
  suppressed: boolean;
  buildings_with_households: number;
  household_sizes: { label: string; count: number | null }[];
}

export interface Place {
  id: number;
  name: string | null;
  kind: string;
  point: Point | null;
}

export interface BuildingSummary {
  count: number;
  floors_max: number | null;
  by_use: { use: string | null; count: number }[];
}

export interface Facility {
  id: number;
  name: string | null;
  kind: string;
  tier: string | null;
  floor_area_m2: number | null;
  hours: string | null;
  point: Point | null;
}

export interface MatterCount {
  kind: string;
  name: Text;
  open: number;
  closed: number;
}

/** RFC 9457, with the message in both languages. */
export interface ProblemDetails {
  status: number;
  title: string;
  detail?: string;
  messages?: Text;
  hint?: Text | null;
}
