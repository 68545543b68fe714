import type { Coordinates } from "../geo/middle";
import type { components } from "./schema";

/** The server's own descriptions, under the names the panels use. Coordinates are WGS 84, longitude first. */
type Schemas = components["schemas"];

export type Text = Schemas["BothLanguages"];
export type Band = Schemas["BandOfHouseholds"];
export type Overview = Schemas["Overview"];
export type District = Schemas["District"];
export type Community = Schemas["CommunitySummary"];
export type GridCard = Schemas["GridCard"];
export type People = Schemas["People"];
export type Place = Schemas["PlaceSummary"];
export type Facility = Schemas["FacilitySummary"];
export type SearchResult = Schemas["SearchResult"];
export type Bounds = District["bbox"];
export type Point = Place["point"];

export const bandPositions = ["under", "in", "over", "dedicated"] as const;

/** Where a grid's household count lies against the band; dedicated grids are outside it by rule. */
export type BandPosition = (typeof bandPositions)[number];

/** A feature of the collection `grids`; its columns are described under `/ogc/collections/grids`. */
export interface GridFeature {
  id: number;
  properties: {
    code: string;
    name: string | null;
    kind: "general" | "dedicated";
    community: string;
    households: number;
    households_estimated: boolean;
  };
}

/** RFC 9457, with the message in both languages. */
export interface ProblemDetails {
  status: number;
  title: string;
  detail?: string;
  messages?: Text;
  hint?: Text | null;
}

export const profiles = ["adult", "elder", "wheelchair", "night"] as const;
export type Profile = (typeof profiles)[number];

/** What a coverage check asks. `at` is a time of the week such as `Saturday 19:00`; null: hours are left aside. */
export interface Asked {
  area: string;
  standard: string;
  norms: string[];
  profile: Profile;
  minutes: number | null;
  at: string | null;
}

export interface Standard {
  id: string;
  title: Text;
  edition: string;
  norms: { norm: string; name: Text }[];
}

export interface Job {
  id: number;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  stage: string;
  done: number;
  total: number;
  study_id: number | null;
  problem: { message: Text; hint: Text | null } | null;
}

export const verdicts = ["met", "uncertain", "unmet", "unknown", "not_set"] as const;
export type Verdict = (typeof verdicts)[number];
export const questions = ["distance", "floor_area", "capacity"] as const;
export type Question = (typeof questions)[number];

/** Households by verdict; null where a count is too small to be shown. */
export type Counts = Record<Verdict, number | null> & {
  within: number | null;
  judged: number | null;
  share: number | null;
  uncounted: number;
};

export interface Uncovered {
  home: string;
  question: Question;
  reason: string;
  name: string | null;
  households: number | null;
  grid: string;
  community: string;
  metres: number | null;
  metres_short: number | null;
  lon: number;
  lat: number;
}

/** What a study says about one norm. */
export interface NormAnswer {
  norm: string;
  name: Text;
  kinds: string[];
  radius_m: { urban: number | null; rural: number | null };
  facilities: number;
  values: { value: string; clause: string; origin: string; verified: boolean }[];
  area: Record<Question, Counts>;
  straight: { within: number };
  uncovered: Uncovered[];
  distances: { median_m: number | null; p90_m: number | null };
}

export interface Study {
  study: number;
  area: { code: string; name: string };
  question: Omit<Asked, "area">;
  receipt: { inputs_hash: string; data_dates: Record<string, string>; norm_version: string; created_at: string; stale: boolean };
  standard: { id: string; title: Text; edition: string };
  warnings: Text[];
  norms: NormAnswer[];
}

export interface StudyListed {
  id: number;
  question: Omit<Asked, "area">;
  created_at: string;
}

/** A home with what one norm says of it, in WGS 84. */
export interface Home {
  type: "Feature";
  id: string;
  geometry: { type: string; coordinates: Coordinates };
  properties: {
    name: string | null;
    households: number | null;
    grid: string | null;
    facility: string | null;
    metres: number | null;
    verdict: Verdict;
    reason: string | null;
  };
}
