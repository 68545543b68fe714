import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { download, link, makeFile, savedLink } from "./download";
import { state } from "./store";
import { answers, jobAs, problem } from "./testing/server";

const file = { layer: "grids", format: "xlsx", media_type: "x", features: 3, bytes: 12_345, sha256: "0" };
let followed: string[];

beforeEach(() => {
  vi.useFakeTimers();
  followed = [];
  const anchor = { href: "", click: () => followed.push(anchor.href) };
  vi.stubGlobal("document", { createElement: () => anchor });
  Object.assign(download, { layer: "grids", format: "xlsx", range: "all", refusal: null, saved: null });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function made(): Promise<void> {
  const end = makeFile();
  await vi.runAllTimersAsync();
  await end;
}

test("text is a plain link, other formats are made", () => {
  download.format = "csv";
  expect(link.value).toBe("/api/v1/exports/grids?f=csv&lang=zh&headers=zh");
  download.format = "gpkg";
  expect(link.value).toBeNull();
});

test("a file that was made is saved by itself, and can be saved again", async () => {
  const asked = answers([jobAs("waiting"), 202], [jobAs("done", { file })]);
  await made();
  expect(await asked[0]?.json()).toEqual({ collection: "grids", f: "xlsx", area: null, filter: null, headers: "zh" });
  expect(followed).toEqual([savedLink.value]);
  expect(savedLink.value).toBe("/api/v1/exports/files/00000000-0000-4000-8000-000000000001?lang=zh");
  expect(state.said).toBe("文件已生成：网格 · Excel (.xlsx)，12.3\u00a0kB");
});

test("a second wish waits until the first is done", async () => {
  const asked = answers([jobAs("running"), 202], [jobAs("done", { file })]);
  void makeFile();
  await made();
  expect(asked.filter(({ method }) => method === "POST")).toHaveLength(1);
});

test.each([429, 503])("a refusal with %i is told, and it can be tried again", async (status) => {
  answers([problem(status), status]);
  await made();
  expect(download).toMatchObject({ isBusy: false, job: null, saved: null, refusal: { status } });
  answers([jobAs("done", { file }), 202]);
  await made();
  expect(download).toMatchObject({ refusal: null, saved: { file } });
});

test("work that was stopped says so", async () => {
  answers([jobAs("running"), 202], [jobAs("cancelled")]);
  await made();
  expect(download).toMatchObject({ isBusy: false, isStopped: true, saved: null, refusal: null });
  expect(followed).toEqual([]);
});
