import { expect, test } from "vitest";
import { gauge } from "./gauge";

const band = { minimum: 300, maximum: 500 };

test("a count at a limit lies on the edge of the band", () => {
  const { start, length } = gauge(0, band);
  expect(gauge(300, band).count).toBeCloseTo(start, 9);
  expect(gauge(500, band).count).toBeCloseTo(start + length, 9);
});

test("no count leaves the gauge", () => {
  for (const households of [0, 1, 300, 612, 20000]) {
    const { count } = gauge(households, band);
    expect(count).toBeGreaterThanOrEqual(0);
    expect(count).toBeLessThanOrEqual(100);
  }
});
