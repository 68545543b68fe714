import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import type { FoundFeature, Point } from "../api/types";
import { PointedFeatures } from "./pointedFeatures";

/** What was asked and found: the ring around where, open while it has two corners, and the features. */
export interface ShownFound {
  ring: readonly Point[];
  features: readonly FoundFeature[];
}

/** What a query found, on the map. */
export class FoundLayer extends PointedFeatures {
  private shown: ShownFound | null = null;

  constructor(map: MapLibre) {
    super(map, { shapes: "found", middles: "found-points", touchable: ["found-fill", "found-dot", "found-far"] });
  }

  show(shown: ShownFound | null): void {
    if (shown === this.shown) return;
    if (shown?.features !== this.shown?.features) {
      const features = shown?.features ?? [];
      this.draw(features.map(({ geometry }) => ({ geometry, properties: { is_point: geometry.type === "Point" } })));
    }
    this.shown = shown;
    const ring = [...(shown?.ring ?? [])];
    const geometry = ring.length > 3 ? { type: "Polygon" as const, coordinates: [ring] } : { type: "LineString" as const, coordinates: ring };
    const features = ring.length > 1 ? [{ type: "Feature" as const, geometry, properties: {} }] : [];
    void this.map.getSource<GeoJSONSource>("asked")?.setData({ type: "FeatureCollection", features });
  }

  /** A new style has empty sources. */
  forget(): void {
    this.shown = null;
  }
}
