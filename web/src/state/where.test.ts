import { expect, test } from "vitest";
import { bounded, filterOf, isWhole, nowhere, readWhere, type Where, writeWhere } from "./where";

const triangle: Where = { way: "shape", corners: [[120.1, 30.2], [120.2, 30.2], [120.15, 30.3]] };
const around: Where = { way: "around", point: [120.15, 30.28], metres: 400, by: "network" };

test("a place survives the way through the address", () => {
  for (const where of [triangle, around, { way: "place", code: "BISHAN-001" }] as const) {
    expect(readWhere(writeWhere(where))).toEqual(where);
  }
  expect(writeWhere(nowhere)).toBe("");
  expect(writeWhere({ ...around, point: null })).toBe("");
});

test("malformed places are passed over", () => {
  const wrong = [null, "", "shape:", "shape:1", "shape:1,2;x,3", "shape:1,2,3", "shape:200,1;1,1;2,2", "place:", "around:1,2,300", "around:,2,300,ground", "far:1,2"];
  for (const words of wrong) expect(readWhere(words), String(words)).toBeNull();
  expect(readWhere(`shape:${Array(500).fill("1,2").join(";")}`)).toBeNull();
});

test("a shape has three corners before it is asked about", () => {
  expect(isWhole(nowhere)).toBe(false);
  expect(isWhole({ way: "shape", corners: [[1, 2], [3, 4]] })).toBe(false);
  expect([triangle, around].map(isWhole)).toEqual([true, true]);
  expect(isWhole({ ...around, point: null })).toBe(false);
  expect(isWhole({ way: "place", code: "" })).toBe(false);
});

test("distances are those that the server answers", () => {
  expect([bounded(-3, "ground"), bounded(9e9, "ground"), bounded(9e9, "network"), bounded(NaN, "ground")]).toEqual([10, 50_000, 3_000, 500]);
});

test("a shape is closed where it goes out", () => {
  expect(filterOf([[1, 2], [3, 4.00000049], [5, 6]])).toBe("S_INTERSECTS(geometry, POLYGON((1 2, 3 4, 5 6, 1 2)))");
});
