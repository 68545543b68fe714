import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FoundFeature, Point } from "../api/types";
import {
  aimAt,
  ask,
  askMore,
  chooseFound,
  clearShape,
  dropCorner,
  isAiming,
  moveCorner,
  query,
  redo,
  shape,
  sums,
  takeFrame,
  turnTo,
  undo,
  where,
} from "./query";
import { state, wishes } from "./store";
import { answers, problem } from "./testing/server";
import { trailFrom } from "./trail";
import { mostCorners, nowhere } from "./where";

const corners: Point[] = [[1, 1], [2, 1], [2, 2]];
const building = (id: number, households: number | null): FoundFeature => ({
  id,
  geometry: { type: "Polygon", coordinates: [[[1, 1], [1.5, 1], [1.5, 1.5], [1, 1]]] },
  properties: { households },
});
const page = (features: FoundFeature[], next: string | null = null, numberMatched = features.length) => ({ features, numberMatched, next });
const summary = { by: "grid", groups: [], total: { count: 2, sums: { households: { total: 40, told: 1, untold: 1 } } } };

beforeEach(() => {
  Object.assign(state, { view: "query", layer: "buildings", where: trailFrom(nowhere), frame: null, said: "" });
  Object.assign(wishes, { fit: null, point: null });
  Object.assign(query, { isAiming: true, level: "grids", found: null, summary: null, refusal: null, chosen: null });
});
afterEach(() => vi.unstubAllGlobals());

function draw(): void {
  for (const corner of corners) aimAt(corner);
}

test("a shape is drawn corner by corner, changed, and taken back step by step", () => {
  draw();
  expect(shape.value).toEqual(corners);
  moveCorner(1, [3, 1]);
  dropCorner(0);
  expect(where.value).toEqual({ way: "shape", corners: [[3, 1], [2, 2]] });
  expect(shape.value).toBeNull();
  undo();
  undo();
  expect(shape.value).toEqual(corners);
  redo();
  expect(shape.value?.[1]).toEqual([3, 1]);
  clearShape();
  expect(where.value).toEqual(nowhere);
});

test("a shape has only so many corners, and says so", () => {
  for (let step = 0; step <= mostCorners; step += 1) aimAt([step / 100, 1]);
  expect(shape.value).toHaveLength(mostCorners);
  expect(state.said).toContain(String(mostCorners));
});

test("what the map shows is a shape that is done", () => {
  takeFrame();
  expect(shape.value).toBeNull();
  state.frame = [[0, 0], [1, 0], [1, 1], [0, 1]];
  takeFrame();
  expect(shape.value).toEqual(state.frame);
  expect(isAiming.value).toBe(false);
});

test("a point that is asked around is chosen once, shown whole, and can be dragged", () => {
  turnTo("around");
  expect(isAiming.value).toBe(true);
  aimAt([120, 30]);
  expect(isAiming.value).toBe(false);
  expect(wishes.fit?.map((side) => Number(side.toFixed(2)))).toEqual([119.99, 30, 120.01, 30]);
  moveCorner(0, [121, 30]);
  expect(where.value).toEqual({ way: "around", point: [121, 30], metres: 500, by: "ground" });
});

test("nothing is asked before the shape is whole", async () => {
  const asked = answers([page([])]);
  aimAt([1, 1]);
  await ask();
  expect(asked).toEqual([]);
  expect(query.found).toBeNull();
});

test("what stands in a shape is listed and summed by the server", async () => {
  draw();
  const asked = answers([page([building(1, 40), building(2, null)])], [summary]);
  await ask();
  const [within, aggregate] = await Promise.all(asked.map((one) => one.json() as Promise<Record<string, unknown>>));
  const polygon = { type: "Polygon", coordinates: [[...corners, corners[0]]] };
  expect(within).toMatchObject({ collection: "buildings", shape: polygon, relation: "stands" });
  expect(aggregate).toMatchObject({ collection: "buildings", shape: polygon, by: "grid", sum: ["households"] });
  expect(query.found).toMatchObject({ layer: "buildings", matched: 2, isGuess: false });
  expect(sums.value).toEqual([["households", { total: 40, told: 1, untold: 1 }]]);
});

test("around a point sums are made here, and only where all features are", async () => {
  turnTo("around");
  aimAt([1, 1]);
  const asked = answers([page([building(1, 40), building(2, null), building(3, 12)])]);
  await ask();
  expect(asked[0]?.url).toContain("/near?collection=buildings&lon=1&lat=1&metres=500&by=ground");
  expect(query.summary).toBeNull();
  expect(sums.value).toEqual([["households", { total: 52, told: 2, untold: 1 }]]);
  answers([page([building(1, 40)], null, 5000)]);
  await ask();
  expect(sums.value).toEqual([]);
});

test("the following features are added, and the chosen one stays chosen when all are read again", async () => {
  draw();
  answers([page([building(1, 40)], "token", 2)], [summary]);
  await ask();
  const asked = answers([page([building(2, 30)], null, 2)]);
  await askMore();
  expect(await asked[0]?.json()).toMatchObject({ token: "token" });
  expect(query.found?.features.map(({ id }) => id)).toEqual([1, 2]);
  chooseFound(1, { show: true });
  expect(wishes.fit).toEqual([1, 1, 1.5, 1.5]);
  answers([page([building(2, 30), building(9, 30)])], [summary]);
  await ask();
  expect(query.chosen).toBe(0);
  state.layer = "facilities";
  answers([page([building(2, null)])], [summary]);
  await ask();
  expect(query.chosen).toBeNull();
});

test("only the last question is answered", async () => {
  draw();
  const first = new Promise<Response>(() => undefined);
  vi.stubGlobal("fetch", () => first);
  void ask();
  state.layer = "grids";
  answers([page([building(7, 300)])], [summary]);
  await ask();
  expect(query.found?.layer).toBe("grids");
  expect(query.isBusy).toBe(false);
});

test("a refusal is told, and the next answer takes it away", async () => {
  draw();
  answers([problem(400), 400], [summary]);
  await ask();
  expect(query).toMatchObject({ found: null, summary: null, refusal: { status: 400 } });
  answers([page([building(1, 40)])], [summary]);
  await ask();
  expect(query).toMatchObject({ refusal: null, found: { matched: 1 } });
});
