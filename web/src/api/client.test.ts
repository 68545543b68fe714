import { afterEach, expect, test, vi } from "vitest";
import { fetchGridsOf, fetchOverview, Problem } from "./client";

afterEach(() => vi.unstubAllGlobals());

function answer(body: unknown, status = 200): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(text, { status })));
}

async function refusal(): Promise<Problem> {
  return (await fetchOverview().catch((error: unknown) => error)) as Problem;
}

test("a problem keeps its message and hint in both languages", async () => {
  answer(
    {
      status: 503,
      title: "Unavailable",
      messages: { en: "No database.", zh: "没有数据库。" },
      hint: { en: "Start it.", zh: "请启动。" },
    },
    503,
  );
  const problem = await refusal();
  expect(problem).toBeInstanceOf(Problem);
  expect([problem.status, problem.messages.zh, problem.hint?.en]).toEqual([503, "没有数据库。", "Start it."]);
});

test("an answer that is no problem document still becomes words", async () => {
  answer("<h1>Bad gateway</h1>", 502);
  expect((await refusal()).messages.en).toContain("502");
});

test("a server that is away is said in words, with what to do", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  const problem = await refusal();
  expect([problem.status, problem.messages.zh]).toEqual([0, "无法连接服务器。"]);
  expect(problem.hint).not.toBeNull();
});

test("grids of a community come in order of code", async () => {
  const feature = (code: string) => ({ id: 1, properties: { code } });
  answer({ features: [feature("A-002"), feature("A-001")] });
  const grids = await fetchGridsOf("A");
  expect(grids.map((grid) => grid.properties.code)).toEqual(["A-001", "A-002"]);
});
