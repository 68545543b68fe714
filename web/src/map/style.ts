import type { FilterSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { BandPosition } from "../api/types";
import type { LayerGroup } from "../state/url";
import { base } from "./layers/base";
import { coverage, servingFacilities } from "./layers/coverage";
import { fills } from "./layers/fills";
import { found } from "./layers/found";
import { labels, names, symbols } from "./layers/labels";
import { outlines } from "./layers/outlines";
import { sites } from "./layers/sites";
import { band, type GroupedLayer, plain } from "./layers/parts";
import { palettes, type Theme } from "./palette";

/**
 * Zoom range in which tiles of a collection are asked for. Places and facilities end early and are enlarged from
 * there, because a label stands once in each tile that its polygon touches; half a metre is still told apart.
 */
const zooms = {
  areas: [6, 16],
  grids: [8, 16],
  buildings: [13, 16],
  roads: [10, 16],
  places: [12, 14],
  facilities: [12, 14],
} as const;

/** The whole style for a theme. Tiles come from the server that served the page, and from nowhere else. */
export function buildStyle(theme: Theme, origin: string): StyleSpecification {
  const palette = palettes[theme];
  return {
    version: 8,
    sources: {
      ...Object.fromEntries(Object.keys(zooms).map((name) => [name, tiles(name as keyof typeof zooms, origin)])),
      homes: nothingYet(),
      "home-points": nothingYet(),
      asked: nothingYet(),
      found: nothingYet(),
      "found-points": nothingYet(),
      sites: nothingYet(),
      "site-ways": nothingYet(),
    },
    layers: [
      plain({ id: "background", type: "background", paint: { "background-color": palette.background } }),
      ...fills(palette),
      ...base(palette),
      ...coverage(palette),
      ...outlines(palette),
      ...names(palette),
      ...symbols(palette),
      ...labels(palette),
      ...servingFacilities(palette),
      ...found(palette),
      ...sites(palette),
    ],
  };
}

/** Sources that come as tiles. */
export function tiled({ sources }: StyleSpecification): string[] {
  return Object.keys(sources).filter((name) => sources[name]?.type === "vector");
}

/** Layers that a switch of the layer panel shows or hides together. */
export function layersOf(style: StyleSpecification, group: LayerGroup): string[] {
  return grouped(style)
    .filter((layer) => layer.metadata.group === group)
    .map((layer) => layer.id);
}

/** Layers that the legend filters by band. */
export function bandLayers(style: StyleSpecification): string[] {
  return grouped(style)
    .filter((layer) => layer.metadata.bands)
    .map((layer) => layer.id);
}

/** Layers that make way for the coverage view, so that two scales of colour never lie upon each other. */
export const beneathOverlay = ["grid-fill", "grid-pattern", "community-gap", "community-impossible", "building", "facility"];

/** Keep grids whose band the legend shows, and of those only what the layer draws anyway. */
export function bandFilter(hidden: readonly BandPosition[]): FilterSpecification {
  return ["!", ["in", band, ["literal", [...hidden]]]];
}

function grouped(style: StyleSpecification): GroupedLayer[] {
  return style.layers as GroupedLayer[];
}

function nothingYet(): SourceSpecification {
  return { type: "geojson", data: { type: "FeatureCollection", features: [] } };
}

function tiles(name: keyof typeof zooms, origin: string): SourceSpecification {
  const [minzoom, maxzoom] = zooms[name];
  const address = `${origin}/ogc/collections/${name}/tiles/WebMercatorQuad/{z}/{y}/{x}`;
  return { type: "vector", tiles: [address], minzoom, maxzoom };
}
