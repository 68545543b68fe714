import { expect, test } from "vitest";
import { around, contains, meet } from "./bounds";

test("a point on the border lies in the box, one beyond it does not", () => {
  expect(contains([0, 0, 2, 4], [2, 0])).toBe(true);
  expect(contains([0, 0, 2, 4], [2.001, 1])).toBe(false);
  expect(contains([0, 0, 2, 4], [1, -0.001])).toBe(false);
});

test("a box without area holds its one point", () => {
  expect(contains([3, 4, 3, 4], [3, 4])).toBe(true);
});

test("boxes meet where they share a point, be it on the border", () => {
  expect(meet([0, 0, 2, 2], [2, 1, 3, 3])).toBe(true);
  expect(meet([0, 0, 2, 2], [0.5, 0.5, 1, 1])).toBe(true);
  expect(meet([0, 0, 2, 2], [2.001, 1, 3, 3])).toBe(false);
  expect(meet([0, 0, 2, 2], [0, -2, 2, -0.001])).toBe(false);
});

test("the box around two holds both", () => {
  expect(around([0, 0, 1, 1], [3, -2, 4, 0.5])).toEqual([0, -2, 4, 1]);
});
