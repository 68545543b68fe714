import type { ExpressionSpecification } from "maplibre-gl";
import type { Palette } from "../palette";
import { carriageways, from, type GroupedLayer, lineWidth, of, paths, polygons, roadClass } from "./parts";

/** What a town is known by: rivers, buildings, roads, railways, walls. */
export function base(palette: Palette): GroupedLayer[] {
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
