import { expect, test } from "vitest";
import { Stale } from "./staleTiles";

test("a layer is stale where something of it changed, until it is read again", () => {
  const stale = new Stale();
  stale.note({ layer: "grids", bbox: [1, 1, 2, 2] });
  expect(stale.within([0, 0, 1, 1])).toEqual(["grids"]);
  expect(stale.within([3, 3, 4, 4])).toEqual([]);
  stale.forget("grids");
  expect(stale.within([0, 0, 1, 1])).toEqual([]);
});

test("what changed elsewhere is remembered until it is looked at", () => {
  const stale = new Stale();
  stale.note({ layer: "grids", bbox: [1, 1, 2, 2] });
  stale.note({ layer: "roads", bbox: [8, 8, 9, 9] });
  stale.note({ layer: "grids", bbox: [5, 5, 6, 6] });
  expect(stale.within([5.5, 5.5, 7, 7])).toEqual(["grids"]);
  expect(stale.within([0, 0, 9, 9])).toEqual(["grids", "roads"]);
});
