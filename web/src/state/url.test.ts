import { expect, test } from "vitest";
import { isElsewhere, plainView, readHash, writeHash, type View } from "./url";

const full: View = {
  camera: { zoom: 14.25, latitude: 30.28012, longitude: -120.15, bearing: 30 },
  view: "coverage",
  tool: "trial",
  study: 12,
  siting: null,
  norm: "day_care",
  changes: [
    { action: "open_facility", lon: 120.15, lat: 30.28 },
    { action: "close_gate", gate: 7 },
  ],
  layer: "buildings",
  where: null,
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

test("a query survives, and what was looked at before stays out of it", () => {
  const view: View = {
    ...full,
    view: "query",
    layer: "facilities",
    where: { way: "around", point: [120.15, 30.28], metres: 400, by: "network" },
  };
  const { tool, study, norm, changes } = plainView;
  expect(readHash(`#${writeHash(view)}`)).toEqual({ ...view, tool, study, norm, changes });
});

test("an answer about sites survives too, and changes stay out of it", () => {
  const view: View = { ...full, tool: "siting", siting: 3 };
  expect(readHash(`#${writeHash(view)}`)).toEqual({ ...view, changes: [] });
});

test("another answer or service is another place, the same answer seen otherwise is not", () => {
  expect(isElsewhere(full, { ...full, study: 13 })).toBe(true);
  expect(isElsewhere(full, { ...full, norm: "school" })).toBe(true);
  expect(isElsewhere(full, { ...full, view: "grids" })).toBe(true);
  expect(isElsewhere(full, { ...full, camera: null, changes: [], hidden: [] })).toBe(false);
});

test("an answer found where none had been asked for is no step of the reader", () => {
  expect(isElsewhere({ ...full, study: null, norm: null }, full)).toBe(false);
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

test("numbers of answers that are none are passed over", () => {
  for (const words of ["x", "-1", "1.5", "0", ""]) expect(readHash(`#view=coverage&study=${words}`).study).toBeNull();
});

test("codes with signs that mean something in an address are kept whole", () => {
  const view = { ...plainView, grid: "A&B=1-001", district: "五十一 街道" };
  expect(readHash(`#${writeHash(view)}`)).toEqual(view);
});
