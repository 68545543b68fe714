import type { Bounds, Point } from "../api/types";

/** Whether a point lies in a box, its border included. */
export function contains([west, south, east, north]: Bounds, [longitude, latitude]: Point): boolean {
  return west <= longitude && longitude <= east && south <= latitude && latitude <= north;
}
