import type { Point } from "../api/types";

/** Coordinates of a GeoJSON geometry, however deep its rings lie. */
export type Coordinates = readonly number[] | readonly Coordinates[];

/** The middle of the rectangle around a geometry, in degrees. */
export function middleOf({ coordinates }: { coordinates: Coordinates }): Point {
  const [west, south, east, north] = boundsOf([coordinates]);
  return [(west + east) / 2, (south + north) / 2];
}

/** West, south, east and north of all coordinates; infinite if there are none. */
export function boundsOf(shapes: readonly Coordinates[]): [number, number, number, number] {
  const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (coordinates: Coordinates): void => {
    const [longitude, latitude] = coordinates;
    if (typeof longitude === "number" && typeof latitude === "number") {
      bounds[0] = Math.min(bounds[0], longitude);
      bounds[1] = Math.min(bounds[1], latitude);
      bounds[2] = Math.max(bounds[2], longitude);
      bounds[3] = Math.max(bounds[3], latitude);
    } else {
      for (const inner of coordinates as readonly Coordinates[]) visit(inner);
    }
  };
  shapes.forEach(visit);
  return bounds;
}
