import type { MapGeoJSONFeature } from "maplibre-gl";
import type { BandPosition } from "../api/types";
import type { HoveredHome } from "./homeLayer";
import type { SiteLook } from "./siteLooks";

/** What lies under the pointer. */
export type Hovered =
  | { kind: "grid"; id: number; properties: HoveredGrid; x: number; y: number }
  | { kind: "home"; properties: HoveredHome; x: number; y: number }
  | { kind: "site"; properties: HoveredSite; x: number; y: number }
  | { kind: "facility" | "place"; properties: HoveredThing; x: number; y: number };

export interface HoveredGrid {
  code: string;
  name?: string;
  households?: number | null;
  households_estimated: boolean;
  band: BandPosition;
}

export interface HoveredSite {
  name: string;
  look: SiteLook;
}

export interface HoveredThing {
  name?: string;
  kind: string;
  tier?: string;
}

/** Tell what a feature under the pointer is. */
export function hoveredOf(feature: MapGeoJSONFeature, x: number, y: number): Hovered {
  if (feature.layer.id === "grid-fill") {
    const properties = feature.properties as unknown as HoveredGrid;
    return { kind: "grid", id: Number(feature.id), properties, x, y };
  }
  if (feature.layer.id === "site") {
    return { kind: "site", properties: feature.properties as unknown as HoveredSite, x, y };
  }
  if (feature.layer.id.startsWith("home-")) {
    return { kind: "home", properties: feature.properties as unknown as HoveredHome, x, y };
  }
  const kind = feature.layer.id.startsWith("facility") ? "facility" : "place";
  return { kind, properties: feature.properties as unknown as HoveredThing, x, y };
}
