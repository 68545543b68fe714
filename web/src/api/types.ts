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
