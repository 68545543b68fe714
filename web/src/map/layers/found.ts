import type { ExpressionSpecification } from "maplibre-gl";
import type { Palette } from "../palette";
import { type GroupedLayer, plain, polygons } from "./parts";

/** Where somebody asks, and what was found there: shapes, points, and far out the middles of shapes. */
export function found(palette: Palette): GroupedLayer[] {
  const pointed: ExpressionSpecification = ["boolean", ["feature-state", "pointed"], false];
  const isPoint: ExpressionSpecification = ["get", "is_point"];
  const line = { type: "line", source: "asked", layout: { "line-join": "round" } } as const;
  const ring = {
    "circle-color": "#00000000",
    "circle-radius": 15,
    "circle-stroke-color": palette.found,
    "circle-stroke-width": 3,
    "circle-stroke-opacity": ["case", pointed, 1, 0] as ExpressionSpecification,
  };
  return [
    plain({ id: "asked-fill", type: "fill", source: "asked", filter: polygons, paint: { "fill-color": palette.found, "fill-opacity": 0.08 } }),
    plain({ id: "found-fill", type: "fill", source: "found", paint: { "fill-color": palette.found, "fill-opacity": 0.45 } }),
    plain({ id: "found-line", type: "line", source: "found", paint: { "line-color": palette.found, "line-width": 1.2 } }),
    plain({ ...line, id: "asked-casing", paint: { "line-color": palette.halo, "line-width": 5, "line-opacity": 0.8 } }),
    plain({ ...line, id: "asked-line", paint: { "line-color": palette.found, "line-width": 2.5, "line-dasharray": [3, 1.5] } }),
    plain({
      id: "found-far",
      type: "circle",
      source: "found-points",
      maxzoom: 14,
      filter: ["!", isPoint],
      paint: { "circle-color": palette.found, "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 1.5, 14, 2.5] },
    }),
    plain({
      id: "found-dot",
      type: "circle",
      source: "found-points",
      filter: isPoint,
      paint: { "circle-color": palette.found, "circle-opacity": 0.3, "circle-stroke-color": palette.found, "circle-stroke-width": 2.5, "circle-radius": 10 },
    }),
    plain({ id: "found-pointed", type: "line", source: "found", paint: { "line-color": palette.selection, "line-width": 4, "line-opacity": ["case", pointed, 1, 0] } }),
    plain({ id: "found-pointed-dot", type: "circle", source: "found-points", filter: isPoint, paint: ring }),
    plain({ id: "found-pointed-far", type: "circle", source: "found-points", maxzoom: 15, filter: ["!", isPoint], paint: ring }),
  ];
}
