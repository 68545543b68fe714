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
    households: number | null;
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

export const profiles = ["adult", "elder", "wheelchair", "night"] as const satisfies readonly Asked["profile"][];
export const verdicts = ["met", "uncertain", "unmet", "unknown", "not_set"] as const;
export const objectives = ["cover", "all", "nearest"] as const satisfies readonly SitingAsked["objective"][];
export const questions = ["distance", "floor_area", "capacity"] as const;

/** What came of judging a home by one norm. */
export type Verdict = (typeof verdicts)[number];

/** A question about coverage without the area it is about. */
export type Question = Pick<Asked, "standard" | "profile"> & { minutes: number | null; at: string | null };

export type Asked = Schemas["CoverageAsked"];
export type Standard = Schemas["StandardListed"];
export type Job = Schemas["Job"];
export type JobFile = NonNullable<Job["file"]>;
export type ExportAsked = Schemas["ExportAsked"];
export type FirstAnswer = Schemas["FirstAnswer"];
export type Counts = Schemas["Counts"];
export type NormAnswer = Schemas["NormAnswer"];
/** People of a norm's group in an area, community or grid; null where so few are not shown. */
export interface GroupUnit {
  code: string;
  level: "area" | "community" | "grid";
  is_shown: boolean;
  people: number | null;
  share_surely: number | null;
  share_at_most: number | null;
}

/** The network of services of a community: main station, special facilities, outlets. */
export interface TierRow {
  community: string;
  tier: string;
  asked: number;
  given: number;
  /** Ids of norms. */
  partly: string[];
  missing: string[];
  outcome: Verdict;
}

/** Features counted and summed, for an area or a part of it. */
export type Summary = Schemas["SummaryTold"];
export type SumTold = Schemas["SumTold"];

/** A feature that a query found, with its distance where it was asked around a point. WGS 84. */
export interface FoundFeature {
  id: number;
  geometry: { type: string; coordinates: Coordinates };
  properties: Record<string, unknown>;
}

export type Uncovered = Schemas["UncoveredHome"];
export type StudyListed = Schemas["StudyListed"];
export type Study = Omit<Schemas["CoverageAnswer"], "question"> & { question: Question };

export type SitingAsked = Schemas["SitingAsked"];
export type ChosenSite = Schemas["ChosenSite"];
export type SitesCurve = Schemas["SitesCurve"];
export type Alternative = Schemas["Alternative"];

/** Where to open more. Counts are people of the group that the norm is about; null: too few to tell. */
export type Siting = Omit<Schemas["SitingAnswer"], "norm" | "question" | "limits" | "gains"> & {
  norm: { norm: string; name: Text; target_group: NormAnswer["target_group"]; values: NormAnswer["values"] };
  question: Omit<SitingAsked, "area" | "kind"> & { norms: string[] };
  limits: { count: number | null; budget: number | null; floor: number };
  gains: GridGain[];
};

export interface GridGain {
  grid: string;
  demand: number;
  before: number;
  after: number;
}

/** What would become of a service, before and after some changes. */
export type Trial = Omit<Schemas["WhatIfAnswer"], "homes"> & { homes: { features: ChangedHome[] } };
export type CountsBeforeAfter = { before: Counts; after: Counts };

export type ChangedHome = Omit<Schemas["HomeChanged"], "geometry"> & { geometry: Home["geometry"] };
export type Effect = Exclude<Schemas["HomeChange"]["effect"], "">;
export type StandingFacility = Schemas["FacilityFeature"];
export type StandingGate = Schemas["GateFeature"];

/** A home with what one norm says of its distance, in WGS 84. */
export type Home = Omit<Schemas["HomeFeature"], "geometry" | "properties"> & {
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
};
