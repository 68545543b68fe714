import { expect, test } from "vitest";
import type { Counts } from "../api/types";
import { sumOf } from "./parts";

const school: Counts = {
  met: 472, uncertain: 331, unmet: 22881, unknown: 0, not_set: 0, within: 676, judged: 23684,
  share: 0.0285, share_surely: 0.0199, share_at_most: 0.0339, uncounted: 2,
};

test("what is counted as covered sums up to the headline, and all of it to the households judged", () => {
  const sum = sumOf(school);
  const total = (parts: { households: number }[] = []) => parts.reduce((all, { households }) => all + households, 0);
  expect(sum?.counted.map(({ name, households }) => [name, households])).toEqual([["met", 472], ["inside", 204]]);
  expect(sum?.notCounted.map(({ name, households }) => [name, households])).toEqual([["outside", 127], ["unmet", 22881]]);
  expect(total(sum?.counted)).toBe(school.within);
  expect(total(sum?.counted) + total(sum?.notCounted)).toBe(school.judged);
});

test("counts too small to be told, and nothing judged, have no parts", () => {
  expect(sumOf({ ...school, met: null, within: null })).toBeNull();
  expect(sumOf({ ...school, judged: 0 })).toBeNull();
});
