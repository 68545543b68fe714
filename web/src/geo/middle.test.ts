import { expect, test } from "vitest";
import { boundsOf, middleOf } from "./middle";

test("the middle of a point is the point, that of a polygon lies between its corners", () => {
  expect(middleOf({ coordinates: [120, 30] })).toEqual([120, 30]);
  const ring = [[0, 0], [4, 0], [4, 2], [0, 2], [0, 0]];
  expect(middleOf({ coordinates: [ring] })).toEqual([2, 1]);
  expect(middleOf({ coordinates: [[ring], [[[6, 0], [8, 0], [8, 6], [6, 0]]]] })).toEqual([4, 3]);
});

test("the bounds of nothing hold nothing", () => {
  expect(boundsOf([])).toEqual([Infinity, Infinity, -Infinity, -Infinity]);
});
