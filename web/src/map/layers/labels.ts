import type { ExpressionSpecification } from "maplibre-gl";
import type { Palette } from "../palette";
import { fonts, from, type GroupedLayer, of, paths, roadClass, tier } from "./parts";

/** Gates and facilities. */
export function symbols(palette: Palette): GroupedLayer[] {
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
export function names(palette: Palette): GroupedLayer[] {
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

/** Numbers of grids and names of communities: the last to give way. */
export function labels(palette: Palette): GroupedLayer[] {
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
