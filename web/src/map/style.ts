import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from "maplibre-gl";
import type { BandPosition } from "../api/types";
import type { LayerGroup } from "../state/url";
import { type Palette, palettes, type Theme } from "./palette";

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

/** Family names that the reader's own system draws; no glyph files are fetched. */
const fonts = ["Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];

const band: ExpressionSpecification = ["get", "band"];
const roadClass: ExpressionSpecification = ["get", "class"];
const tier: ExpressionSpecification = ["coalesce", ["get", "tier"], ""];
const carriageways = ["motorway", "primary", "secondary", "tertiary", "residential", "service"];
const paths = ["footway", "steps"];

type GroupedLayer = LayerSpecification & { metadata: { group: LayerGroup | null; bands?: boolean } };

/** The whole style for a theme. Tiles come from the server that served the page, and from nowhere else. */
export function buildStyle(theme: Theme, origin: string): StyleSpecification {
  const palette = palettes[theme];
  return {
    version: 8,
    sources: Object.fromEntries(
      Object.keys(zooms).map((name) => [name, tiles(name as keyof typeof zooms, origin)]),
    ),
    layers: [
      plain({ id: "background", type: "background", paint: { "background-color": palette.background } }),
      ...fills(palette),
      ...base(palette),
      ...outlines(palette),
      ...names(palette),
      ...symbols(palette),
      ...labels(palette),
    ],
  };
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

/** Keep grids whose band the legend shows, and of those only what the layer draws anyway. */
export function bandFilter(hidden: readonly BandPosition[]): FilterSpecification {
  return ["!", ["in", band, ["literal", [...hidden]]]];
}

export function codeFilter(codes: readonly string[]): FilterSpecification {
  return ["in", ["get", "code"], ["literal", [...codes]]];
}

function grouped(style: StyleSpecification): GroupedLayer[] {
  return style.layers as GroupedLayer[];
}

function tiles(name: keyof typeof zooms, origin: string): SourceSpecification {
  const [minzoom, maxzoom] = zooms[name];
  const address = `${origin}/ogc/collections/${name}/tiles/WebMercatorQuad/{z}/{y}/{x}`;
  return { type: "vector", tiles: [address], minzoom, maxzoom };
}

function plain(layer: LayerSpecification): GroupedLayer {
  return { ...layer, metadata: { group: null } } as GroupedLayer;
}

function of(group: LayerGroup, layer: LayerSpecification, bands = false): GroupedLayer {
  return { ...layer, metadata: { group, bands } } as GroupedLayer;
}

/** A layer without its source layer: source and source layer have one name unless said otherwise. */
function from(source: string, sourceLayer = source): { source: string; "source-layer": string } {
  return { source, "source-layer": sourceLayer };
}

function fills(palette: Palette): GroupedLayer[] {
  const { band: colour } = palette;
  // Grids in the band let parks below them show through; the others keep their colour whatever lies there.
  const opacity = (marked: number, plain: number): ExpressionSpecification => [
    "case",
    ["boolean", ["feature-state", "hover"], false],
    Math.min(1, marked + 0.14),
    ["==", band, "in"],
    plain,
    marked,
  ];
  return [
    of("places", {
      id: "place-green",
      type: "fill",
      ...from("places"),
      filter: ["all", polygons, ["in", ["get", "kind"], ["literal", greens]]],
      paint: { "fill-color": palette.green },
    }),
    of("grids", {
      id: "grid-fill",
      type: "fill",
      ...from("grids"),
      paint: {
        "fill-color": [
          "match",
          band,
          "under",
          colour.under,
          "over",
          colour.over,
          "dedicated",
          colour.dedicated,
          colour.in,
        ],
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 11, opacity(0.86, 0.6), 16, opacity(0.68, 0.5)],
        "fill-antialias": false,
      },
    }, true),
    of("grids", {
      id: "grid-pattern",
      type: "fill",
      ...from("grids"),
      minzoom: 10,
      filter: ["!=", band, "in"],
      paint: {
        "fill-pattern": ["concat", "band-", band],
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.9, 16, 0.55],
      },
    }, true),
    of("communities", {
      id: "community-gap",
      type: "fill",
      ...from("areas"),
      filter: codeFilter([]),
      paint: { "fill-pattern": "gap", "fill-opacity": 0.55 },
    }),
    of("places", {
      id: "place-water",
      type: "fill",
      ...from("places"),
      filter: ["all", polygons, ["==", ["get", "kind"], "water"]],
      paint: { "fill-color": palette.water },
    }),
  ];
}

const greens = ["public_space", "park", "garden", "green", "playground", "field"];

const polygons: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];

function lineWidth(stops: [number, number][]): ExpressionSpecification {
  return ["interpolate", ["exponential", 1.6], ["zoom"], ...stops.flat()] as ExpressionSpecification;
}

/** Road width by class and zoom; `extra` pixels make a casing. */
function roadWidth(extra: number): ExpressionSpecification {
  const at = (wide: number, middle: number, narrow: number): ExpressionSpecification => [
    "match",
    roadClass,
    ["motorway", "primary"],
    wide + extra,
    ["secondary", "tertiary"],
    middle + extra,
    narrow + extra,
  ];
  const stops = [11, at(1.2, 0.7, 0.2), 14, at(4, 2.6, 1.2), 17, at(14, 10, 6)];
  return ["interpolate", ["exponential", 1.5], ["zoom"], ...stops] as ExpressionSpecification;
}

function base(palette: Palette): GroupedLayer[] {
  const isOf = (classes: string[]): ExpressionSpecification => ["in", roadClass, ["literal", classes]];
  const round = { "line-cap": "round", "line-join": "round" } as const;
  return [
    of("roads", {
      id: "river",
      type: "line",
      ...from("roads"),
      filter: isOf(["river"]),
      layout: round,
      paint: { "line-color": palette.water, "line-width": lineWidth([[10, 1], [14, 2.5], [17, 6]]) },
    }),
    of("buildings", {
      id: "building",
      type: "fill",
      ...from("buildings"),
      filter: polygons,
      minzoom: 13,
      paint: {
        "fill-color": palette.building,
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0, 14, palette.buildingOpacity],
      },
    }),
    of("roads", {
      id: "path",
      type: "line",
      ...from("roads"),
      filter: isOf(paths),
      minzoom: 15,
      paint: {
        "line-color": palette.road,
        "line-width": lineWidth([[15, 0.8], [18, 3]]),
        "line-dasharray": [2, 1.5],
      },
    }),
    of("roads", {
      id: "road-casing",
      type: "line",
      ...from("roads"),
      filter: isOf(carriageways),
      minzoom: 13,
      layout: round,
      paint: { "line-color": palette.roadCasing, "line-opacity": 0.18, "line-width": roadWidth(1.6) },
    }),
    of("roads", {
      id: "road",
      type: "line",
      ...from("roads"),
      filter: isOf(carriageways),
      layout: round,
      paint: { "line-color": palette.road, "line-opacity": 0.92, "line-width": roadWidth(0) },
    }),
    of("roads", {
      id: "railway",
      type: "line",
      ...from("roads"),
      filter: isOf(["railway"]),
      paint: { "line-color": palette.rail, "line-width": lineWidth([[10, 0.8], [16, 2.4]]), "line-dasharray": [4, 2] },
    }),
    of("roads", {
      id: "wall",
      type: "line",
      ...from("roads"),
      filter: isOf(["wall"]),
      minzoom: 14.5,
      paint: { "line-color": palette.wall, "line-width": 1, "line-dasharray": [1, 1.5] },
    }),
    of("places", {
      id: "place-outline",
      type: "line",
      ...from("places"),
      filter: ["all", polygons, ["==", ["get", "kind"], "compound"]],
      minzoom: 14.5,
      paint: { "line-color": palette.wall, "line-width": 1, "line-opacity": 0.7 },
    }),
  ];
}

function outlines(palette: Palette): GroupedLayer[] {
  return [
    of("grids", {
      id: "grid-casing",
      type: "line",
      ...from("grids"),
      paint: { "line-color": palette.gridCasing, "line-width": lineWidth([[10, 0.6], [14, 2.4], [17, 3.6]]) },
    }, true),
    of("grids", {
      id: "grid-line",
      type: "line",
      ...from("grids"),
      paint: { "line-color": palette.gridLine, "line-width": lineWidth([[10, 0.3], [14, 1], [17, 1.6]]) },
    }, true),
    of("communities", {
      id: "community-casing",
      type: "line",
      ...from("areas"),
      filter: ["==", ["get", "level"], "community"],
      paint: { "line-color": palette.gridCasing, "line-width": lineWidth([[10, 2], [14, 5], [17, 8]]), "line-opacity": 0.8 },
    }),
    of("communities", {
      id: "community-line",
      type: "line",
      ...from("areas"),
      filter: ["==", ["get", "level"], "community"],
      layout: { "line-join": "round" },
      paint: {
        "line-color": palette.community,
        "line-width": lineWidth([[10, 0.8], [14, 1.8], [17, 2.8]]),
        "line-dasharray": [4, 1.6, 1, 1.6],
      },
    }),
    of("communities", {
      id: "community-impossible",
      type: "line",
      ...from("areas"),
      filter: codeFilter([]),
      paint: { "line-color": palette.gap, "line-width": 2 },
    }),
    plain({
      id: "hover-line",
      type: "line",
      ...from("grids"),
      paint: {
        "line-color": palette.selection,
        "line-width": 2.5,
        "line-opacity": ["case", ["boolean", ["feature-state", "hover"], false], 1, 0],
      },
    }),
    plain({
      id: "selection-halo",
      type: "line",
      ...from("grids"),
      filter: codeFilter([]),
      layout: { "line-join": "round" },
      paint: { "line-color": palette.selectionHalo, "line-width": 8 },
    }),
    plain({
      id: "selection-line",
      type: "line",
      ...from("grids"),
      filter: codeFilter([]),
      layout: { "line-join": "round" },
      paint: { "line-color": palette.selection, "line-width": 3.5 },
    }),
  ];
}

function symbols(palette: Palette): GroupedLayer[] {
  const named = {
    "text-font": fonts,
    "text-size": 12,
    "text-offset": [0, 1.1] as [number, number],
    "text-anchor": "top",
    "text-optional": true,
    "text-max-width": 8,
  } as const;
  const ink = { "text-color": palette.text, "text-halo-color": palette.halo, "text-halo-width": 1.5 };
  return [
    of("places", {
      id: "gate",
      type: "symbol",
      ...from("places"),
      filter: ["==", ["get", "kind"], "gate"],
      minzoom: 15.5,
      layout: { "icon-image": "gate", "icon-allow-overlap": true },
    }),
    of("facilities", {
      id: "facility",
      type: "symbol",
      ...from("facilities"),
      minzoom: 13,
      // The lesser ones come as there is room for them.
      filter: ["step", ["zoom"], ["==", tier, "main"], 14, ["in", tier, ["literal", ["main", "special"]]], 15, true],
      layout: {
        ...named,
        "icon-image": [
          "match",
          tier,
          "main",
          "facility-main",
          "special",
          "facility-special",
          "facility-other",
        ],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 13, 0.55, 16, 1],
        "icon-allow-overlap": ["step", ["zoom"], false, 15, true],
        "text-field": ["step", ["zoom"], "", 16, ["coalesce", ["get", "name"], ""]],
        "symbol-sort-key": ["match", tier, "main", 0, "special", 1, 2],
      },
      paint: ink,
    }),
  ];
}

/** Names of roads and places, which give way to symbols and to the labels of grids. */
function names(palette: Palette): GroupedLayer[] {
  const halo = { "text-halo-color": palette.halo, "text-halo-width": 1.6 };
  return [
    of("roads", {
      id: "road-label",
      type: "symbol",
      ...from("roads"),
      minzoom: 14,
      filter: ["all", ["has", "name"], ["!", ["in", roadClass, ["literal", paths]]]],
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 320,
        "text-field": ["get", "name"],
        "text-font": fonts,
        "text-size": 11.5,
      },
      paint: { "text-color": palette.quietText, ...halo },
    }),
    of("places", {
      id: "place-label",
      type: "symbol",
      ...from("places"),
      minzoom: 15,
      filter: ["all", ["has", "name"], ["!=", ["get", "kind"], "gate"]],
      layout: { "text-field": ["get", "name"], "text-font": fonts, "text-size": 11.5, "text-max-width": 7 },
      paint: { "text-color": palette.quietText, ...halo },
    }),
  ];
}

function labels(palette: Palette): GroupedLayer[] {
  const halo = { "text-halo-color": palette.halo, "text-halo-width": 1.6 };
  const count: ExpressionSpecification = [
    "format",
    ["coalesce", ["get", "label"], ["get", "code"]],
    {},
    "\n",
    {},
    ["to-string", ["coalesce", ["get", "households"], ""]],
    { "font-scale": 0.85 },
  ];
  return [
    of("labels", {
      id: "grid-label",
      type: "symbol",
      ...from("grids", "grid_labels"),
      minzoom: 12.5,
      layout: {
        "text-field": ["step", ["zoom"], ["coalesce", ["get", "label"], ["get", "code"]], 14, count],
        "text-font": fonts,
        "text-size": ["interpolate", ["linear"], ["zoom"], 12.5, 11, 16, 15],
        "text-line-height": 1.15,
        "text-padding": 1,
      },
      paint: { "text-color": palette.text, ...halo },
    }, true),
    of("communities", {
      id: "community-label",
      type: "symbol",
      ...from("areas", "area_labels"),
      maxzoom: 15.5,
      filter: ["==", ["get", "level"], "community"],
      layout: {
        "text-field": ["get", "name"],
        "text-font": fonts,
        "text-size": ["interpolate", ["linear"], ["zoom"], 11, 12, 15, 16],
        "text-max-width": 7,
        "text-padding": 6,
      },
      paint: { "text-color": palette.community, ...halo, "text-halo-width": 2 },
    }),
  ];
}
