import type { ExpressionSpecification } from "maplibre-gl";
import type { Palette } from "../palette";
import { band, codeFilter, from, type GroupedLayer, of, polygons } from "./parts";

/** What lies flat: parks, grids with their patterns, communities without grids, water. */
export function fills(palette: Palette): GroupedLayer[] {
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
