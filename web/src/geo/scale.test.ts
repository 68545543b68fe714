import { expect, test } from "vitest";
import { lengthLabel, metresPerPixel, scaleBar } from "./scale";

test("zoom 0 shows the equator in one tile of 512 pixels", () => {
  expect(metresPerPixel(0, 0) * 512).toBeCloseTo(40075016.686, 2);
});

test("a level further in halves the ground per pixel, 60 degrees of latitude too", () => {
  expect(metresPerPixel(0, 5)).toBeCloseTo(metresPerPixel(0, 4) / 2, 9);
  expect(metresPerPixel(60, 4)).toBeCloseTo(metresPerPixel(0, 4) / 2, 9);
});

test("the bar is round, fits, and fills at least two fifths of its room", () => {
  for (let zoom = 2; zoom <= 20; zoom += 0.37) {
    const bar = scaleBar(31, zoom, 120);
    expect(bar.pixels).toBeLessThanOrEqual(120);
    expect(bar.pixels).toBeGreaterThanOrEqual(48);
    expect(String(bar.metres).replace(/[0.]/g, "")).toMatch(/^[125]$/);
  }
});

test("lengths from a kilometre on are said in kilometres", () => {
  expect([lengthLabel(500), lengthLabel(1000), lengthLabel(5000)]).toEqual(["500 m", "1 km", "5 km"]);
});
