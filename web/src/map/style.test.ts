import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { expect, test } from "vitest";
import { layerGroups } from "../state/url";
import { bandLayers, beneathOverlay, buildStyle, layersOf } from "./style";

const style = buildStyle("light", "https://office.example");

test("the style is valid in both themes", () => {
  for (const theme of ["light", "dark"] as const) {
    expect(validateStyleMin(buildStyle(theme, "https://office.example"))).toEqual([]);
  }
});

test("tiles come from the server of the page, and glyphs and sprites from nowhere", () => {
  for (const source of Object.values(style.sources).filter(({ type }) => type === "vector")) {
    expect((source as { tiles: string[] }).tiles[0]).toMatch(/^https:\/\/office\.example\/ogc\//);
  }
  expect([style.glyphs, style.sprite]).toEqual([undefined, undefined]);
});

test("every switch of the layer panel has layers", () => {
  for (const group of layerGroups) expect(layersOf(style, group), group).not.toEqual([]);
});

test("grids lie under roads and buildings, their outlines above", () => {
  const order = style.layers.map(({ id }) => id);
  const places = ["grid-fill", "building", "road", "grid-line", "selection-line", "facility", "grid-label"];
  expect(places.map((id) => order.indexOf(id))).toEqual(
    places.map((id) => order.indexOf(id)).sort((one, other) => one - other),
  );
});

test("what the legend hides is hidden in fill, pattern, outline and label", () => {
  expect(bandLayers(style)).toEqual(["grid-fill", "grid-pattern", "grid-casing", "grid-line", "grid-label"]);
});

test("the facilities that serve homes and what was found lie above all labels, and what makes way is there", () => {
  const order = style.layers.map(({ id }) => id);
  const above = order.slice(order.indexOf("facility-serving") + 1);
  expect(above.filter((id) => !id.startsWith("found-") && !id.startsWith("asked-"))).toEqual(["site-way", "site-pointed", "site", "site-number"]);
  expect(order.indexOf("found-fill")).toBeLessThan(order.indexOf("site-way"));
  for (const id of beneathOverlay) expect(order, id).toContain(id);
});
