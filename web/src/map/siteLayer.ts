import type { GeoJSONSource, Map as MapLibre, MapMouseEvent, MapTouchEvent } from "maplibre-gl";
import type { Point } from "../api/types";
import { type ShownSites, type Site, siteLooks } from "./siteLooks";

export interface SiteEvents {
  /** A site was dragged to another point. */
  drop(key: string, point: Point): void;
}

type Feature = Extract<Parameters<GeoJSONSource["setData"]>[0], { type: "FeatureCollection" }>["features"][number];
type Pressed = MapMouseEvent | MapTouchEvent;

/** Pixels that a finger or mouse moves before it is a drag. */
const leastDrag = 4;

/** Sites on the map: drawn, pointed at and dragged. */
export class SiteLayer {
  private readonly map: MapLibre;
  private shown: ShownSites | null = null;

  constructor(map: MapLibre, events: SiteEvents) {
    this.map = map;
    const press = (event: Pressed) => this.press(event, events);
    map.on("mousedown", "site", press);
    map.on("touchstart", "site", press);
  }

  show(shown: ShownSites | null): void {
    if (shown === this.shown) return;
    this.shown = shown;
    this.draw(shown?.sites ?? []);
    (shown?.sites ?? []).forEach(({ key }, id) => {
      this.map.setFeatureState({ source: "sites", id }, { pointed: key === shown?.pointed });
    });
  }

  /** A new style has empty sources. */
  forget(): void {
    this.shown = null;
  }

  at({ x, y }: { x: number; y: number }): string | null {
    const [feature] = this.map.queryRenderedFeatures([x, y], { layers: ["site"] });
    return (feature?.properties["key"] as string | undefined) ?? null;
  }

  private draw(sites: readonly Site[]): void {
    const points = sites.map(({ point, ...properties }, id) => ({
      type: "Feature" as const,
      id,
      geometry: { type: "Point" as const, coordinates: point },
      properties: { ...properties, rank: siteLooks.indexOf(properties.look) },
    }));
    const ways = sites.flatMap(({ from, point }) => {
      const geometry = { type: "LineString" as const, coordinates: [from ?? point, point] };
      return from ? [{ type: "Feature" as const, geometry, properties: {} }] : [];
    });
    this.fill("sites", points);
    this.fill("site-ways", ways);
  }

  private fill(source: string, features: Feature[]): void {
    void this.map.getSource<GeoJSONSource>(source)?.setData({ type: "FeatureCollection", features });
  }

  /** Begin to drag the site under the pointer, if it can be moved. */
  private press(event: Pressed, events: SiteEvents): void {
    const key = this.at(event.point);
    const site = this.shown?.sites.find((one) => one.key === key);
    if (!site?.canMove || ("points" in event && event.points.length > 1)) return;
    event.preventDefault();
    const begin = event.point;
    let last: Pressed | null = null;
    const drag = (moved: Pressed) => {
      if (!last && moved.point.dist(begin) < leastDrag) return;
      last = moved;
      const from = site.from ?? site.point;
      this.draw((this.shown?.sites ?? []).map((one) => (one === site ? { ...site, point: at(moved), from } : one)));
    };
    const drop = () => {
      for (const name of ["mousemove", "touchmove"] as const) this.map.off(name, drag);
      if (last) events.drop(site.key, at(last));
    };
    for (const name of ["mousemove", "touchmove"] as const) this.map.on(name, drag);
    this.map.once("touches" in event.originalEvent ? "touchend" : "mouseup", drop);
  }
}

function at({ lngLat: { lng, lat } }: Pressed): Point {
  return [lng, lat];
}
