import { expect, test } from "vitest";
import type { Home } from "../api/types";
import { difference, shadesOf } from "./coverageDifference";

const point = { type: "Point", coordinates: [120, 30] };

function home(id: number, verdict: Home["properties"]["verdict"], households: number | null = 10): Home {
  return {
    type: "Feature",
    id: String(id),
    geometry: point,
    properties: { name: `${id}`, households, grid: null, facility: null, metres: null, verdict, reason: null },
  };
}

test("homes that come near enough are gained, those that are no longer so are lost", () => {
  const before = [home(1, "met"), home(2, "unmet", 30), home(3, "met", 7)];
  const after = [home(1, "met"), home(2, "met", 30), home(3, "unmet", 7)];
  expect(difference(before, after)).toEqual({
    gained: { homes: 1, households: 30, hidden: 0 },
    lost: { homes: 1, households: 7, hidden: 0 },
  });
});

test("an uncertain home is neither gained nor lost, nor is one that is in one answer only", () => {
  const before = [home(1, "uncertain"), home(2, "unmet"), home(3, "met")];
  const after = [home(1, "met"), home(2, "uncertain"), home(4, "met")];
  const none = { homes: 0, households: 0, hidden: 0 };
  expect(difference(before, after)).toEqual({ gained: none, lost: none });
});

test("homes whose count may not be shown are counted as homes, not as no households", () => {
  const { gained } = difference([home(1, "unmet", null)], [home(1, "met", null)]);
  expect(gained).toEqual({ homes: 1, households: 0, hidden: 1 });
});

test("without an answer to compare with each home is drawn by its verdict, else by its change", () => {
  const after = [home(1, "met"), home(2, "unmet"), home(3, "uncertain")];
  expect(shadesOf(after, null)).toEqual(["met", "unmet", "uncertain"]);
  expect(shadesOf(after, [home(1, "unmet"), home(2, "met"), home(3, "uncertain")])).toEqual(["gained", "lost", "same"]);
});
