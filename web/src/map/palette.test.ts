import { expect, test } from "vitest";
import { bandPositions } from "../api/types";
import { palettes } from "./palette";
import { colourDistance, type ColourVision } from "./testing/colourDistance";

const visions: ColourVision[] = ["normal", "protan", "deutan", "tritan"];

/** Distance below which two tints side by side are hard to name. */
const clearlyApart = 9;

test("band colours keep apart for every kind of colour vision, in both themes", () => {
  for (const [theme, { band }] of Object.entries(palettes)) {
    for (const vision of visions) {
      for (const one of bandPositions) {
        for (const other of bandPositions) {
          if (one >= other) continue;
          const distance = colourDistance(band[one], band[other], vision);
          expect(distance, `${theme} ${vision}: ${one} and ${other}`).toBeGreaterThan(clearlyApart);
        }
      }
    }
  }
});

test("water is not mistaken for a grid below the band", () => {
  for (const { band, water } of Object.values(palettes)) {
    expect(colourDistance(band.under, water, "normal")).toBeGreaterThan(clearlyApart);
  }
});

test("homes by verdict and by change keep apart for every kind of colour vision, in both themes", () => {
  const drawnTogether = [
    ["met", "uncertain"],
    ["met", "unmet"],
    ["met", "unknown"],
    ["uncertain", "unmet"],
    ["uncertain", "unknown"],
    ["unmet", "unknown"],
    ["gained", "lost"],
    ["gained", "same"],
    ["lost", "same"],
    ["gained", "still"],
    ["gained", "never"],
    ["lost", "still"],
    ["lost", "never"],
    ["still", "never"],
  ] as const;
  for (const [theme, { shade }] of Object.entries(palettes)) {
    for (const vision of visions) {
      for (const [one, other] of drawnTogether) {
        const distance = colourDistance(shade[one], shade[other], vision);
        expect(distance, `${theme} ${vision}: ${one} and ${other}`).toBeGreaterThan(clearlyApart);
      }
    }
  }
});
