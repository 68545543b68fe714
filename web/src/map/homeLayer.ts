import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import type { Effect, Home, Verdict } from "../api/types";
import { middleOf } from "../geo/middle";
import type { Shade } from "../state/coverageDifference";

export interface ShownHomes {
  homes: readonly Home[];
  /** How each of them is drawn. */
  shades: readonly Shade[];
  /** Kinds of facilities that give the service. */
  kinds: readonly string[];
}

export interface HoveredHome {
  name: string | null;
  households: number | null;
  facility: string | null;
  metres: number | null;
  verdict: Verdict;
  reason: string | null;
  /** What becomes of it by what is tried. */
  effect?: Effect | "";
  metres_before?: number | null;
  metres_after?: number | null;
}

const sources = ["homes", "home-points"];

/** Homes of the coverage view on the map, told apart by their place among those shown. */
export class HomeLayer {
  private readonly map: MapLibre;
  private shown: ShownHomes | null = null;
  private pointed: readonly number[] = [];

  constructor(map: MapLibre) {
    this.map = map;
  }

  show(shown: ShownHomes | null): void {
    if (shown === this.shown) return;
    this.shown = shown;
    this.fill("homes", shown, ({ geometry }) => geometry);
    this.fill("home-points", shown, ({ geometry }) => ({ type: "Point", coordinates: middleOf(geometry) }));
    this.map.setFilter("facility-serving", ["in", ["get", "kind"], ["literal", [...(shown?.kinds ?? [])]]]);
    this.mark(this.pointed, true);
  }

  /** A new style has empty sources. */
  forget(): void {
    this.shown = null;
  }

  /** Outline some homes and no others. */
  point(places: readonly number[]): void {
    this.mark(this.pointed, false);
    this.pointed = places;
    this.mark(places, true);
  }

  at({ x, y }: { x: number; y: number }): number | null {
    const near: [[number, number], [number, number]] = [
      [x - 3, y - 3],
      [x + 3, y + 3],
    ];
    const [feature] = this.map.queryRenderedFeatures(near, { layers: ["home-fill", "home-dot"] });
    return feature?.id === undefined ? null : Number(feature.id);
  }

  private mark(places: readonly number[], pointed: boolean): void {
    for (const source of sources.filter((name) => this.map.getSource(name))) {
      for (const id of places) this.map.setFeatureState({ source, id }, { pointed });
    }
  }

  private fill(source: string, shown: ShownHomes | null, shape: (home: Home) => Home["geometry"]): void {
    const features = (shown?.homes ?? []).map((home, index) => ({
      type: "Feature" as const,
      id: index,
      geometry: shape(home),
      properties: { ...home.properties, shade: shown?.shades[index] },
    }));
    const data = { type: "FeatureCollection" as const, features };
    void this.map.getSource<GeoJSONSource>(source)?.setData(data as Parameters<GeoJSONSource["setData"]>[0]);
  }
}
