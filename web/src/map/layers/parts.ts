import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from "maplibre-gl";
import type { LayerGroup } from "../../state/url";

/** A layer of the style with the switch that shows it, and whether the legend filters it by band. */
export type GroupedLayer = LayerSpecification & { metadata: { group: LayerGroup | null; bands?: boolean } };

/** Family names that the reader's own system draws; no glyph files are fetched. */
export const fonts = ["Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];

export const band: ExpressionSpecification = ["get", "band"];
export const roadClass: ExpressionSpecification = ["get", "class"];
export const tier: ExpressionSpecification = ["coalesce", ["get", "tier"], ""];
export const carriageways = ["motorway", "primary", "secondary", "tertiary", "residential", "service"];
export const paths = ["footway", "steps"];

export const polygons: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];

export function codeFilter(codes: readonly string[]): FilterSpecification {
  return ["in", ["get", "code"], ["literal", [...codes]]];
}

/** A layer that no switch hides. */
export function plain(layer: LayerSpecification): GroupedLayer {
  return { ...layer, metadata: { group: null } } as GroupedLayer;
}

export function of(group: LayerGroup, layer: LayerSpecification, bands = false): GroupedLayer {
  return { ...layer, metadata: { group, bands } } as GroupedLayer;
}

/** Where a layer reads: its source, and the layer of the tile, which has the same name unless said otherwise. */
export function from(source: string, sourceLayer = source): { source: string; "source-layer": string } {
  return { source, "source-layer": sourceLayer };
}

/** Width in pixels at some zooms, growing as the map does in between. */
export function lineWidth(stops: [number, number][]): ExpressionSpecification {
  return ["interpolate", ["exponential", 1.6], ["zoom"], ...stops.flat()] as ExpressionSpecification;
}
