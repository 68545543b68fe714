/** Circumference of the sphere of web Mercator, in metres. */
const circumference = 2 * Math.PI * 6378137;

/** Width of a tile in CSS pixels, as the map library counts zoom levels. */
const tileSize = 512;

/** Metres on the ground per CSS pixel. */
export function metresPerPixel(latitude: number, zoom: number): number {
  return (circumference * Math.cos((latitude * Math.PI) / 180)) / (tileSize * 2 ** zoom);
}

export interface ScaleBar {
  metres: number;
  pixels: number;
}

/** The longest bar of 1, 2 or 5 times a power of ten metres that fits into `widest` pixels. */
export function scaleBar(latitude: number, zoom: number, widest: number): ScaleBar {
  const perPixel = metresPerPixel(latitude, zoom);
  const room = perPixel * widest;
  const power = 10 ** Math.floor(Math.log10(room));
  const factor = room >= 5 * power ? 5 : room >= 2 * power ? 2 : 1;
  const metres = factor * power;
  return { metres, pixels: metres / perPixel };
}

/** "200 m" or "2 km". */
export function lengthLabel(metres: number): string {
  return metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
}
