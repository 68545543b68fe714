import type { Bounds, Point } from "../api/types";

/** Whether a point lies in a box, its border included. */
export function contains([west, south, east, north]: Bounds, [longitude, latitude]: Point): boolean {
  return west <= longitude && longitude <= east && south <= latitude && latitude <= north;
}

/** Whether two boxes have a point in common, their borders included. */
export function meet(one: Bounds, other: Bounds): boolean {
  return one[0] <= other[2] && other[0] <= one[2] && one[1] <= other[3] && other[1] <= one[3];
}

/** The smallest box around two. */
export function around(one: Bounds, other: Bounds): Bounds {
  const [west, south] = [Math.min(one[0], other[0]), Math.min(one[1], other[1])];
  return [west, south, Math.max(one[2], other[2]), Math.max(one[3], other[3])];
}
