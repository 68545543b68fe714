import type { Bounds, Point } from "../api/types";

/** The smallest box around some points, or null where there are none. */
export function boundsOf(points: Iterable<Point>): Bounds | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [longitude, latitude] of points) {
    west = Math.min(west, longitude);
    south = Math.min(south, latitude);
    east = Math.max(east, longitude);
    north = Math.max(north, latitude);
  }
  return west <= east ? [west, south, east, north] : null;
}

/** The smallest box around several boxes; missing boxes are passed over. */
export function union(boxes: Iterable<Bounds | null>): Bounds | null {
  const corners: Point[] = [];
  for (const box of boxes) {
    if (box) corners.push([box[0], box[1]], [box[2], box[3]]);
  }
  return boundsOf(corners);
}

/** Whether a point lies in a box, its border included. */
export function contains(box: Bounds, [longitude, latitude]: Point): boolean {
  return box[0] <= longitude && longitude <= box[2] && box[1] <= latitude && latitude <= box[3];
}

export function centreOf(box: Bounds): Point {
  return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
}
