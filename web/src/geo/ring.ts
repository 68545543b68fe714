import type { Point } from "../api/types";

/** Metres of a degree of latitude: a quarter of the meridian, 10,001,965.7 m on WGS 84, over 90. */
const metresOfDegree = 111_132.95;

/** The ring of a GeoJSON polygon, closed. */
export function ringOf(corners: readonly Point[]): Point[] {
  return [...corners, ...corners.slice(0, 1)];
}

/** A ring around a point on the ground, for drawing: within 1 % of its radius up to 60° of latitude and 50 km. */
export function circleAround([longitude, latitude]: Point, metres: number): Point[] {
  const high = metres / metresOfDegree;
  const wide = high / Math.cos((latitude * Math.PI) / 180);
  const corners = Array.from({ length: 64 }, (_, index): Point => {
    const angle = (index * Math.PI) / 32;
    return [longitude + wide * Math.cos(angle), latitude + high * Math.sin(angle)];
  });
  return ringOf(corners);
}
