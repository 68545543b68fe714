import { vi } from "vitest";
import type { Job, ProblemDetails } from "../../api/types";

/** What a server answers: a body with its status; null: it cannot be reached. */
export type Answer = [body: unknown, status?: number] | null;

/** Let requests be answered one after another, all further ones like the last; returns what was asked. */
export function answers(first: Answer, ...further: Answer[]): Request[] {
  const rest = [first, ...further];
  const asked: Request[] = [];
  vi.stubGlobal("fetch", (path: string, sent?: RequestInit) => {
    asked.push(new Request(new URL(path, "http://localhost"), sent));
    const answer = (rest.length > 1 ? rest.shift() : rest[0]) ?? null;
    if (answer === null) return Promise.reject(new TypeError("Failed to fetch"));
    const [body, status = 200] = answer;
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
  return asked;
}

export function problem(status: number): ProblemDetails {
  return { status, title: "Refused", messages: { en: "No.", zh: "不行。" }, hint: { en: "Wait.", zh: "请稍候。" } };
}

export function jobAs(state: Job["state"], more: Partial<Job> = {}): Job {
  return {
    id: "00000000-0000-4000-8000-000000000001",
    kind: "export",
    state,
    stage: "write",
    done: 1,
    total: 2,
    at_once: null,
    study_id: null,
    file: null,
    problem: null,
    created_at: "2026-01-01T00:00:00Z",
    finished_at: null,
    ...more,
  };
}
