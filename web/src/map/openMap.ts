import { type CameraOptions, Map as MapLibre, type PointLike, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { LayerChange } from "../api/news";
import type { BandPosition, Bounds, Point } from "../api/types";
import type { Camera, LayerGroup } from "../state/url";
import { imagePixelRatio, mapImages } from "./images";
import "./map.css";
import { palettes, type Theme } from "./palette";
import { codeFilter } from "./layers/parts";
import { FoundLayer, type ShownFound } from "./foundLayer";
import { HomeLayer, type ShownHomes } from "./homeLayer";
import { type Hovered, hoveredOf } from "./hovered";
import { type SiteEvents, SiteLayer } from "./siteLayer";
import type { ShownSites } from "./siteLooks";
import { StaleTiles } from "./staleTiles";
import { bandFilter, bandLayers, beneathOverlay, buildStyle, layersOf, tiled } from "./style";

setWorkerUrl(workerUrl);

/** Pixels of the map that panels cover. */
export interface Insets {
  top: number;
  right: number;
  bottom: number;
  left: number;
  /** A panel in the lower right corner of what is left; a fitted view goes beside or above it. */
  corner: { width: number; height: number };
}

/** What the map shows beside its camera; setting it again changes only what differs. */
export interface Shown {
  hidden: readonly BandPosition[];
  off: readonly LayerGroup[];
  selected: string | null;
  /** Codes of communities that no division fits: outlined. */
  impossible: readonly string[];
  /** Those of them without any grid: hatched. */
  gaps: readonly string[];
  /** Homes of the coverage view; null: the grids are shown by their households. */
  homes: ShownHomes | null;
  /** What a query found; null: nothing is asked. */
  found: ShownFound | null;
  /** Facilities and gates that can be tried, sites that were chosen, or corners of a shape. */
  sites: ShownSites | null;
  /** Codes of grids and communities that are pointed at: outlined. */
  outlined: readonly string[];
}

export interface MapEvents extends SiteEvents {
  hover(thing: Hovered | null): void;
  pick(code: string | null): void;
  /** A home of the coverage view, by its place among those shown. */
  pickHome(index: number | null): void;
  /** A feature that a query found, by its place among those shown. */
  pickFound(index: number | null): void;
  pickSite(key: string): void;
  /** Free ground was chosen where one more site can be placed. */
  place(point: Point): void;
  /** The map shows something else: its camera, and the corners of what the panels leave free. */
  move(camera: Camera, frame: Point[]): void;
  idle(): void;
  fail(): void;
}

export interface MapHandle {
  /** Show something; `idle` follows once it is drawn, also where nothing is another than before. */
  show(shown: Shown): void;
  highlight(id: number | null): void;
  pointHomes(places: readonly number[]): void;
  pointFound(places: readonly number[]): void;
  setTheme(theme: Theme): void;
  setInsets(insets: Insets): void;
  setLabel(label: string): void;
  fit(bounds: Bounds): void;
  goTo(point: Point, zoom: number): void;
  jump(camera: Camera): void;
  zoomBy(levels: number): void;
  faceNorth(): void;
  focus(): void;
  /** Ask again for tiles that changed, or for all. */
  reload(changes?: readonly LayerChange[]): void;
  /** A picture of the map as it stands, for printing. */
  picture(): string;
  close(): void;
}

/** Pixels left free around what a view is fitted to. */
const margin = 32;
const world: Bounds = [-180, -90, 180, 90];

const hoverable = ["site", "facility", "facility-serving", "gate", "home-fill", "home-dot", "grid-fill"];
const grids = { source: "grids", sourceLayer: "grids" };

/** Open the map in an element. Throws where the browser has no WebGL 2. */
export function openMap(container: HTMLElement, theme: Theme, shown: Shown, events: MapEvents): MapHandle {
  return new GridMap(container, theme, shown, events);
}

class GridMap implements MapHandle {
  private readonly map: MapLibre;
  private readonly events: MapEvents;
  private readonly homes: HomeLayer;
  private readonly found: FoundLayer;
  private readonly sites: SiteLayer;
  private readonly stale: StaleTiles;
  private style;
  private shown: Shown;
  private palette;
  private isFurnished = false;
  private highlighted: number | null = null;
  private frame = 0;
  private corner = { width: 0, height: 0 };
  /** Where the map is on its way to; null while it rests or a hand moves it. */
  private goal: (() => CameraOptions | undefined) | null = null;

  constructor(container: HTMLElement, theme: Theme, shown: Shown, events: MapEvents) {
    this.events = events;
    this.shown = shown;
    this.palette = palettes[theme];
    this.style = buildStyle(theme, location.origin);
    this.map = new MapLibre({
      container,
      style: this.style,
      attributionControl: false,
      canvasContextAttributes: { antialias: false },
      fadeDuration: 0,
      maxPitch: 0,
      minZoom: 2,
      maxZoom: 20,
      dragRotate: false,
      pitchWithRotate: false,
      renderWorldCopies: false,
      // Enlarge the last tiles instead of cutting them up, or each piece would repeat the labels of its polygons.
      zoomLevelsToOverscale: 20,
    });
    this.homes = new HomeLayer(this.map);
    this.found = new FoundLayer(this.map);
    this.sites = new SiteLayer(this.map, events);
    this.stale = new StaleTiles(this.map);
    this.listen(container);
  }

  show(shown: Shown): void {
    this.shown = shown;
    if (this.isFurnished) this.apply();
  }

  highlight(id: number | null): void {
    if (id === this.highlighted) return;
    if (this.highlighted !== null) this.map.removeFeatureState({ ...grids, id: this.highlighted });
    this.highlighted = id;
    if (id !== null) this.map.setFeatureState({ ...grids, id }, { hover: true });
  }

  pointHomes(places: readonly number[]): void {
    this.homes.point(places);
  }

  pointFound(places: readonly number[]): void {
    this.found.point(places);
  }

  setTheme(theme: Theme): void {
    this.palette = palettes[theme];
    this.style = buildStyle(theme, location.origin);
    this.isFurnished = false;
    this.map.setStyle(this.style, { diff: false });
  }

  /** Free the map's edges for panels; a flight that this stops goes on. */
  setInsets({ corner, ...padding }: Insets): void {
    const { goal } = this;
    this.corner = corner;
    this.map.setPadding(padding);
    this.map.resize();
    if (goal) this.flyTo(goal);
  }

  setLabel(label: string): void {
    this.map.getCanvas().setAttribute("aria-label", label);
  }

  fit(bounds: Bounds): void {
    this.flyTo(() => this.cameraFor(bounds));
  }

  goTo([longitude, latitude]: Point, zoom: number): void {
    this.flyTo(() => ({ center: [longitude, latitude], zoom: Math.max(zoom, this.map.getZoom()) }));
  }

  private flyTo(goal: () => CameraOptions | undefined): void {
    const camera = goal();
    if (!camera) return;
    this.map.easeTo({ ...camera, duration: 600 });
    this.goal = this.map.isMoving() ? goal : null;
  }

  private cameraFor(bounds: Bounds): CameraOptions | undefined {
    const { width, height } = this.corner;
    const { left = 0, right: covered = 0 } = this.map.getPadding();
    const hasRoom = this.map.getCanvas().clientWidth - left - covered > width + 6 * margin;
    const ways = [...(hasRoom ? [{ right: width }] : []), { bottom: height }].flatMap(({ right = 0, bottom = 0 }) => {
      const padding = { top: margin, left: margin, right: margin + right, bottom: margin + bottom };
      return this.map.cameraForBounds(bounds, { padding, maxZoom: 17 }) ?? [];
    });
    return ways.sort((one, other) => (other.zoom ?? 0) - (one.zoom ?? 0))[0];
  }

  jump({ zoom, latitude, longitude, bearing }: Camera): void {
    this.map.jumpTo({ center: [longitude, latitude], zoom, bearing });
  }

  zoomBy(levels: number): void {
    this.map.zoomTo(this.map.getZoom() + levels, { duration: 200 });
  }

  faceNorth(): void {
    this.map.resetNorth({ duration: 300 });
  }

  focus(): void {
    this.map.getCanvas().focus();
  }

  reload(changes: readonly LayerChange[] = tiled(this.style).map((layer) => ({ layer, bbox: world }))): void {
    this.stale.note(changes);
  }

  picture(): string {
    this.map.redraw();
    return this.map.getCanvas().toDataURL("image/png");
  }

  close(): void {
    this.map.remove();
  }

  private listen(container: HTMLElement): void {
    const { map, events } = this;
    map.on("style.load", () => this.furnish());
    map.on("move", () => events.move(this.camera(), this.freeCorners()));
    map.on("moveend", () => (this.goal = null));
    map.on("idle", () => events.idle());
    map.on("error", () => events.fail());
    map.on("click", (event) => this.pickAt(event.point));
    map.on("mousemove", (event) => this.hoverSoon(container, event.point));
    map.on("mouseout", () => this.hoverSoon(container, null));
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.pickAt(map.project(map.getCenter()));
    });
  }

  /** Give a new style its images and what it should show. */
  private furnish(): void {
    for (const [name, image] of mapImages(this.palette)) {
      if (!this.map.hasImage(name)) this.map.addImage(name, image, { pixelRatio: imagePixelRatio });
    }
    this.isFurnished = true;
    this.homes.forget();
    this.found.forget();
    this.sites.forget();
    this.apply();
  }

  private apply(): void {
    const { hidden, off, selected, impossible, gaps, homes, found, sites, outlined } = this.shown;
    const aside = homes ? [...beneathOverlay, ...(sites?.canPlace ? ["facility-serving", "gate"] : [])] : [];
    const silent = new Set([...aside, ...off.flatMap((group) => layersOf(this.style, group))]);
    for (const { id } of this.style.layers) {
      this.map.setLayoutProperty(id, "visibility", silent.has(id) ? "none" : "visible");
    }
    for (const id of bandLayers(this.style)) {
      const layer = this.style.layers.find((known) => known.id === id);
      const own = layer && "filter" in layer && layer.filter ? [layer.filter] : [];
      this.map.setFilter(id, ["all", ...own, bandFilter(hidden)] as never);
    }
    for (const id of ["selection-halo", "selection-line"]) {
      this.map.setFilter(id, codeFilter(selected ? [selected] : []));
    }
    for (const id of ["outline-grid", "outline-area"]) this.map.setFilter(id, codeFilter(outlined));
    this.homes.show(homes);
    this.found.show(found);
    this.sites.show(sites);
    this.map.setFilter("community-gap", codeFilter(gaps));
    this.map.setFilter("community-impossible", codeFilter(impossible));
    this.map.triggerRepaint();
  }

  private camera(): Camera {
    const { lat, lng } = this.map.getCenter();
    return { zoom: this.map.getZoom(), latitude: lat, longitude: lng, bearing: this.map.getBearing() };
  }

  private freeCorners(): Point[] {
    const { clientWidth, clientHeight } = this.map.getCanvas();
    const { top = 0, right = 0, bottom = 0, left = 0 } = this.map.getPadding();
    const [east, south] = [clientWidth - right, clientHeight - bottom];
    const corners: Point[] = [[left, south], [east, south], [east, top], [left, top]];
    return corners.map(([x, y]) => this.pointAt({ x, y }));
  }

  private pickAt(point: { x: number; y: number }): void {
    const { found, homes, sites } = this.shown;
    const site = sites ? this.sites.at(point) : null;
    if (site !== null) this.events.pickSite(site);
    else if (sites?.canPlace) this.events.place(this.pointAt(point));
    else if (found) this.events.pickFound(this.found.at(point));
    else if (homes) this.events.pickHome(this.homes.at(point));
    else this.events.pick(this.gridAt([point.x, point.y]));
  }

  private pointAt({ x, y }: { x: number; y: number }): Point {
    const { lng, lat } = this.map.unproject([x, y]);
    return [lng, lat];
  }

  private gridAt(point: PointLike): string | null {
    const [feature] = this.map.queryRenderedFeatures(point, { layers: ["grid-fill"] });
    return (feature?.properties["code"] as string | undefined) ?? null;
  }

  /** Look under the pointer once a frame at most. */
  private hoverSoon(container: HTMLElement, point: { x: number; y: number } | null): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      const thing = point && !this.map.isMoving() ? this.thingAt(point) : null;
      container.classList.toggle("is-over-thing", thing !== null);
      this.highlight(thing?.kind === "grid" ? thing.id : null);
      this.events.hover(thing);
    });
  }

  private thingAt({ x, y }: { x: number; y: number }): Hovered | null {
    const [feature] = this.map.queryRenderedFeatures([x, y], { layers: hoverable });
    return feature ? hoveredOf(feature, x, y) : null;
  }
}
