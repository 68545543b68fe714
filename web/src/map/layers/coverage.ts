import type { ExpressionSpecification } from "maplibre-gl";
import { shades } from "../../state/coverageDifference";
import type { Palette } from "../palette";
import { fonts, type GroupedLayer, plain } from "./parts";

/** Homes by how well they are served, with a pattern for what colour says; far out, dots where nobody is. */
export function coverage(palette: Palette): GroupedLayer[] {
  const shade: ExpressionSpecification = ["get", "shade"];
  const colour = ["match", shade, ...shades.flatMap((name) => [name, palette.shade[name]]), palette.shade.unknown];
  const isMarked: ExpressionSpecification = ["in", shade, ["literal", ["unmet", "lost", "gained"]]];
  const pointed: ExpressionSpecification = ["boolean", ["feature-state", "pointed"], false];
  return [
    plain({
      id: "home-fill",
      type: "fill",
      source: "homes",
      paint: { "fill-color": colour as unknown as ExpressionSpecification, "fill-opacity": 0.92 },
    }),
    plain({
      id: "home-pattern",
      type: "fill",
      source: "homes",
      minzoom: 14,
      filter: ["in", shade, ["literal", ["unmet", "uncertain", "lost", "gained"]]],
      paint: { "fill-pattern": ["concat", "shade-", shade], "fill-opacity": 0.9 },
    }),
    plain({
      id: "home-line",
      type: "line",
      source: "homes",
      paint: {
        "line-color": colour as unknown as ExpressionSpecification,
        "line-width": ["interpolate", ["linear"], ["zoom"], 12, ["case", isMarked, 1.6, 0.4], 17, ["case", isMarked, 2, 1]],
      },
    }),
    plain({
      id: "home-dot",
      type: "circle",
      source: "home-points",
      maxzoom: 13.6,
      filter: isMarked,
      paint: {
        "circle-color": colour as unknown as ExpressionSpecification,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 1.5, 13.6, 3.5],
        "circle-stroke-color": palette.halo,
        "circle-stroke-width": 1,
        "circle-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.9, 13.6, 0],
        "circle-stroke-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.9, 13.6, 0],
      },
    }),
    plain({
      id: "home-pointed",
      type: "line",
      source: "homes",
      paint: { "line-color": palette.selection, "line-width": 3.5, "line-opacity": ["case", pointed, 1, 0] },
    }),
    plain({
      id: "home-pointed-dot",
      type: "circle",
      source: "home-points",
      maxzoom: 14.5,
      paint: {
        "circle-color": "#00000000",
        "circle-radius": 11,
        "circle-stroke-color": palette.selection,
        "circle-stroke-width": 3,
        "circle-stroke-opacity": ["case", pointed, 1, 0],
      },
    }),
  ];
}

/** Facilities that give the service in question, above all else. */
export function servingFacilities(palette: Palette): GroupedLayer[] {
  return [
    plain({
      id: "facility-serving",
      type: "symbol",
      source: "facilities",
      "source-layer": "facilities",
      minzoom: 12,
      filter: ["in", ["get", "kind"], ["literal", []]],
      layout: {
        "icon-image": "facility-serving",
        "icon-size": ["interpolate", ["linear"], ["zoom"], 12, 0.6, 16, 1],
        "icon-allow-overlap": true,
        "text-field": ["step", ["zoom"], "", 14.5, ["coalesce", ["get", "name"], ""]],
        "text-font": fonts,
        "text-size": 12,
        "text-offset": [0, 1.2],
        "text-anchor": "top",
        "text-optional": true,
        "text-max-width": 8,
      },
      paint: { "text-color": palette.text, "text-halo-color": palette.halo, "text-halo-width": 1.5 },
    }),
  ];
}
