import type { ExpressionSpecification } from "maplibre-gl";
import type { Palette } from "../palette";
import { fonts, type GroupedLayer, plain } from "./parts";

/** Facilities and gates that can be tried, and sites that were chosen, above all else. */
export function sites(palette: Palette): GroupedLayer[] {
  const pointed: ExpressionSpecification = ["boolean", ["feature-state", "pointed"], false];
  return [
    plain({
      id: "site-way",
      type: "line",
      source: "site-ways",
      layout: { "line-cap": "round" },
      paint: { "line-color": palette.shade.gained, "line-width": 2.5, "line-dasharray": [1, 2] },
    }),
    plain({
      id: "site-pointed",
      type: "circle",
      source: "sites",
      paint: {
        "circle-color": palette.selectionHalo,
        "circle-radius": 19,
        "circle-stroke-color": palette.selection,
        "circle-stroke-width": 3,
        "circle-opacity": ["case", pointed, 0.6, 0],
        "circle-stroke-opacity": ["case", pointed, 1, 0],
      },
    }),
    plain({
      id: "site",
      type: "symbol",
      source: "sites",
      layout: {
        "icon-image": ["concat", "site-", ["get", "look"]],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 12, 0.6, 16, 1],
        "icon-allow-overlap": true,
        "symbol-sort-key": ["get", "rank"],
        "text-field": ["step", ["zoom"], "", 15, ["case", ["has", "number"], "", ["get", "name"]]],
        "text-font": fonts,
        "text-size": 12,
        "text-anchor": "top",
        "text-offset": [0, 1.2],
        "text-optional": true,
        "text-max-width": 8,
      },
      paint: { "text-color": palette.text, "text-halo-color": palette.halo, "text-halo-width": 1.5 },
    }),
    plain({
      id: "site-number",
      type: "symbol",
      source: "sites",
      filter: ["has", "number"],
      layout: {
        "text-field": ["get", "number"],
        "text-font": fonts,
        "text-size": ["interpolate", ["linear"], ["zoom"], 12, 10, 16, 14],
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": "#ffffff" },
    }),
  ];
}
