import { expect, test } from "vitest";
import type { Point } from "../api/types";
import { circleAround, ringOf } from "./ring";

/** Great circle on a sphere of 6,371,008.8 m. */
function metresBetween([west, south]: Point, [east, north]: Point): number {
  const [a, b, c] = [south, north, east - west].map((degrees) => (degrees * Math.PI) / 180) as [number, number, number];
  const cosine = Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(c);
  return 6_371_008.8 * Math.acos(Math.min(1, cosine));
}

test("a ring ends where it begins", () => {
  expect(ringOf([[1, 2], [3, 4], [5, 6]])).toEqual([[1, 2], [3, 4], [5, 6], [1, 2]]);
  expect(ringOf([])).toEqual([]);
});

test.each([[0, 500], [30, 3_000], [60, 50_000], [-45, 20]])("a circle at %d° has its radius of %d m", (latitude, metres) => {
  const ring = circleAround([120, latitude], metres);
  expect(ring.at(0)).toEqual(ring.at(-1));
  for (const corner of ring) expect(Math.abs(metresBetween([120, latitude], corner) / metres - 1)).toBeLessThan(0.01);
});
