import type { ExpressionSpecification } from "maplibre-gl";
import type { Palette } from "../palette";
import { fonts, type GroupedLayer, overlay } from "./parts";

/** Facilities and gates that can be tried, and sites that were chosen, above all else. */
export function sites(palette: Palette): GroupedLayer[] {
  const pointed: ExpressionSpecification = ["boolean", ["feature-state", "pointed"], false];
  return [
    overlay({
      id: "site-way",
      type: "line",
      source: "site-ways",
      layout: { "line-cap": "round" },
      paint: { "line-color": palette.shade.gained, "line-width": 2.5, "line-dasharray": [1, 2] },
    }),
    overlay({
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
    overlay({
      id: "site",
      type: "symbol",
      source: "sites",
      layout: {
        "icon-image": ["concat", "site-", ["get", "look"]],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 12, 0.6, 16, 1],
        "icon-allow-overlap": true,
        "symbol-sort-key": ["get", "rank"],
        "text-field": [
          "step",
          ["zoom"],
          ["coalesce", ["get", "number"], ""],
          15,
          ["coalesce", ["get", "number"], ["get", "name"]],
        ],
        "text-font": fonts,
        "text-size": ["case", ["has", "number"], 13, 12],
        "text-anchor": ["case", ["has", "number"], "center", "top"],
        "text-offset": ["case", ["has", "number"], ["literal", [0, 0]], ["literal", [0, 1.2]]],
        "text-optional": true,
        "text-max-width": 8,
      },
      paint: {
        "text-color": ["case", ["has", "number"], "#ffffff", palette.text],
        "text-halo-color": ["case", ["has", "number"], palette.shade.gained, palette.halo],
        "text-halo-width": 1.5,
      },
    }),
  ];
}
