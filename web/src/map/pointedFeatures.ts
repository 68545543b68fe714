import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import type { Point } from "../api/types";
import { type Coordinates, middleOf } from "../geo/middle";

type Data = Parameters<GeoJSONSource["setData"]>[0];

export interface Drawable {
  geometry: { type: string; coordinates: Coordinates };
  properties: object;
}

/** Features of a list on the map, told apart by their place in it: a source of shapes, and one of their middles. */
export class PointedFeatures {
  protected readonly map: MapLibre;
  private readonly shapes: string;
  private readonly middles: string;
  private readonly touchable: readonly string[];
  private pointed: readonly number[] = [];

  constructor(map: MapLibre, { shapes, middles, touchable }: { shapes: string; middles: string; touchable: readonly string[] }) {
    this.map = map;
    this.shapes = shapes;
    this.middles = middles;
    this.touchable = touchable;
  }

  protected draw(features: readonly Drawable[]): void {
    this.fill(this.shapes, features, ({ geometry }) => geometry);
    this.fill(this.middles, features, ({ geometry }) => ({ type: "Point", coordinates: middleOf(geometry) }));
    this.mark(this.pointed, true);
  }

  /** Outline some features and no others. */
  point(places: readonly number[]): void {
    this.mark(this.pointed, false);
    this.pointed = places;
    this.mark(places, true);
  }

  at({ x, y }: { x: number; y: number }): number | null {
    const near: [Point, Point] = [
      [x - 3, y - 3],
      [x + 3, y + 3],
    ];
    const [feature] = this.map.queryRenderedFeatures(near, { layers: [...this.touchable] });
    return feature?.id === undefined ? null : Number(feature.id);
  }

  private mark(places: readonly number[], pointed: boolean): void {
    for (const source of [this.shapes, this.middles].filter((name) => this.map.getSource(name))) {
      for (const id of places) this.map.setFeatureState({ source, id }, { pointed });
    }
  }

  private fill(source: string, features: readonly Drawable[], shape: (feature: Drawable) => Drawable["geometry"]): void {
    const drawn = features.map((feature, index) => ({
      type: "Feature" as const,
      id: index,
      geometry: shape(feature),
      properties: feature.properties,
    }));
    void this.map.getSource<GeoJSONSource>(source)?.setData({ type: "FeatureCollection", features: drawn } as Data);
  }
}
