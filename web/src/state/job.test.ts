import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Job } from "../api/types";
import { follow } from "./job";
import { answers, jobAs, problem } from "./testing/server";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const running = jobAs("running");

async function followed(tell: (job: Job) => void = () => undefined) {
  const end = follow(running, tell);
  await vi.runAllTimersAsync();
  return end;
}

test("every step of long work is told until it is done", async () => {
  const told: string[] = [];
  answers([running], [jobAs("done")]);
  expect(await followed(({ state }) => told.push(state))).toMatchObject({ state: "here", thing: { state: "done" } });
  expect(told).toEqual(["running", "running", "done"]);
});

test("a connection that is lost for a moment breaks nothing", async () => {
  answers(null, [problem(503), 503], null, [jobAs("done")]);
  expect(await followed()).toMatchObject({ state: "here", thing: { state: "done" } });
});

test("a server that stays away is told in the end", async () => {
  answers(null);
  expect(await followed()).toMatchObject({ state: "refused", status: 0 });
});

test("work that nobody knows of any more is told at once", async () => {
  const asked = answers([problem(404), 404]);
  expect(await followed()).toMatchObject({ state: "refused", status: 404 });
  expect(asked).toHaveLength(1);
});

test("work that failed says why", async () => {
  const why = { message: { en: "No room.", zh: "空间不足。" }, hint: { en: "Make room.", zh: "请清理。" } };
  answers([jobAs("failed", { problem: why })]);
  expect(await followed()).toMatchObject({ state: "refused", messages: why.message, hint: why.hint });
});
