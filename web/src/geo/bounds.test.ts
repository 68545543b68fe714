import { expect, test } from "vitest";
import { contains } from "./bounds";

test("a point on the border lies in the box, one beyond it does not", () => {
  expect(contains([0, 0, 2, 4], [2, 0])).toBe(true);
  expect(contains([0, 0, 2, 4], [2.001, 1])).toBe(false);
  expect(contains([0, 0, 2, 4], [1, -0.001])).toBe(false);
});

test("a box without area holds its one point", () => {
  expect(contains([3, 4, 3, 4], [3, 4])).toBe(true);
});
