import type { Palette } from "../palette";
import { codeFilter, from, type GroupedLayer, lineWidth, of, plain } from "./parts";

/** Borders of grids and communities; what is hovered and what is chosen. */
export function outlines(palette: Palette): GroupedLayer[] {
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
    ...(["grids", "areas"] as const).map((source) =>
      plain({
        id: source === "grids" ? "outline-grid" : "outline-area",
        type: "line",
        ...from(source),
        filter: codeFilter([]),
        layout: { "line-join": "round" },
        paint: { "line-color": palette.selection, "line-width": 3.5 },
      }),
    ),
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
