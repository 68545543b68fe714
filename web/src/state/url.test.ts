import { expect, test } from "vitest";
import { plainView, readHash, writeHash, type View } from "./url";

const full: View = {
  camera: { zoom: 14.25, latitude: 30.28012, longitude: -120.15, bearing: 30 },
  view: "coverage",
  district: "3301060010",
  grid: "330106001001003",
  tab: "matters",
  hidden: ["under", "dedicated"],
  off: ["buildings", "places"],
  language: "en",
};

test("a view survives the way through the address", () => {
  expect(readHash(`#${writeHash(full)}`)).toEqual(full);
});

test("a plain view is an empty address, and the other way round", () => {
  expect(writeHash(plainView)).toBe("");
  expect(readHash("")).toEqual(plainView);
});

test("a position off the earth is passed over", () => {
  for (const at of ["14/95/120", "14/30", "x/y/z", "99/30/120"]) {
    expect(readHash(`#at=${at}`).camera).toBeNull();
  }
});

test("unknown words are passed over, known ones kept", () => {
  const view = readHash("#hide=under,purple&off=roads,unicorns&tab=secrets&lang=fr");
  expect([view.hidden, view.off, view.tab, view.language]).toEqual([["under"], ["roads"], "people", null]);
});

test("codes with signs that mean something in an address are kept whole", () => {
  const view = { ...plainView, grid: "A&B=1-001", district: "五十一 街道" };
  expect(readHash(`#${writeHash(view)}`)).toEqual(view);
});
