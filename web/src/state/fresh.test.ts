import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Bounds, District, GridCard, GridFeature, Overview } from "../api/types";
import type { News } from "../api/news";
import { keepFresh } from "./fresh";
import { state, wishes } from "./store";
import { problem } from "./testing/server";

const heard = vi.hoisted(() => ({ tell: (() => undefined) as (news: News) => void }));
vi.mock("./news", () => ({ readNews: (read: (news: News) => void) => void (heard.tell = read) }));

const before = { districts: [], band: { minimum: 300, maximum: 500 } } as unknown as Overview;
const after = { ...before, band: { minimum: 301, maximum: 500 } };
const grid = { id: 1, properties: { code: "A-001", households: 320 } } as GridFeature;
const card = { code: "A-001", people: { households: 320 } } as GridCard;

let asked: string[];
let refused: number | null;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  refused = null;
  after.districts = [];
  vi.stubGlobal("fetch", (path: string) => {
    asked.push(path.split("?")[0] ?? "");
    return Promise.resolve(new Response(JSON.stringify(bodyOf(path)), { status: refused ?? 200 }));
  });
  state.overview = { state: "here", thing: before };
  state.community = "A";
  state.grids = { A: { state: "here", thing: [] }, B: { state: "here", thing: [] } };
  state.grid = "A-001";
  state.card = { state: "here", thing: { ...card, code: "old" } as GridCard };
  keepFresh();
});
afterEach(async () => {
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function bodyOf(path: string): unknown {
  if (refused) return problem(refused);
  if (path.endsWith("/overview")) return after;
  return path.startsWith("/ogc") ? { features: [grid] } : card;
}

function changed(layer: string): void {
  heard.tell([{ layer, bbox: [0, 0, 1, 1] }]);
}

test("lists and card are read again when a grid changes, and stay on the page meanwhile", async () => {
  changed("grids");
  expect([state.overview.state, state.grids["A"]?.state, state.card.state]).toEqual(["here", "here", "here"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(state.overview).toEqual({ state: "here", thing: after });
  expect(state.grids).toEqual({ A: { state: "here", thing: [grid] } });
  expect(state.card).toEqual({ state: "here", thing: card });
});

test("the first district there is shows itself", async () => {
  const bbox = [1, 2, 3, 4] as Bounds;
  after.districts = [{ code: "A", bbox, communities_list: [] } as unknown as District];
  state.isPlaced = false;
  changed("areas");
  await vi.advanceTimersByTimeAsync(1);
  expect(wishes.fit).toEqual(bbox);
});

test("a facility changes the card alone, a road neither", async () => {
  changed("facilities");
  changed("roads");
  await vi.runAllTimersAsync();
  expect(asked).toEqual(["/api/v1/grids/A-001"]);
});

test("where something may have been missed, all is read", async () => {
  heard.tell(null);
  await vi.runAllTimersAsync();
  expect(asked.sort()).toEqual(["/api/v1/grids/A-001", "/api/v1/overview", "/ogc/collections/grids/items"]);
});

test("many changes at a time are read twice: at once, and when they are over", async () => {
  for (let count = 0; count < 10; count += 1) changed("buildings");
  await vi.runAllTimersAsync();
  expect(asked.filter((path) => path.endsWith("/overview"))).toHaveLength(2);
});

test("a server that does not answer changes nothing, a grid that is gone is told", async () => {
  refused = 503;
  changed("grids");
  await vi.runAllTimersAsync();
  expect([state.overview.state, state.card.state]).toEqual(["here", "here"]);
  refused = 404;
  changed("grids");
  await vi.runAllTimersAsync();
  expect(state.card).toMatchObject({ state: "refused", status: 404 });
});
