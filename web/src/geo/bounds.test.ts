import { expect, test } from "vitest";
import { boundsOf, centreOf, contains, union } from "./bounds";

test("the box of no points is no box", () => {
  expect(boundsOf([])).toBeNull();
  expect(union([null, null])).toBeNull();
});

test("one point is a box without area that contains it", () => {
  expect(boundsOf([[3, 4]])).toEqual([3, 4, 3, 4]);
  expect(contains([3, 4, 3, 4], [3, 4])).toBe(true);
});

test("the union covers every box it was made of", () => {
  const joined = union([[0, 0, 1, 1], null, [-2, 0.5, 0, 3]]);
  expect(joined).toEqual([-2, 0, 1, 3]);
});

test("the centre of a box lies in it and points beyond its border do not", () => {
  expect(centreOf([0, 0, 2, 4])).toEqual([1, 2]);
  expect(contains([0, 0, 2, 4], [2.001, 1])).toBe(false);
});
