import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type News, NewsStream } from "./news";

/** An EventSource that the test speaks through. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static readonly opened: Source[] = [];
  readyState = 0;

  constructor(readonly url: string) {
    super();
    Source.opened.push(this);
  }

  close(): void {
    this.readyState = Source.CLOSED;
  }

  say(type: string, data?: unknown): void {
    this.dispatchEvent(Object.assign(new Event(type), { data: JSON.stringify(data) }));
  }

  refuse(): void {
    this.close();
    this.say("error");
  }
}

const change = { layer: "grids", bbox: [1, 2, 3, 4] };
let told: News[];
let stream: NewsStream;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Source);
  Source.opened.length = 0;
  told = [];
  stream = new NewsStream((news) => told.push(news));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function last(): Source {
  const source = Source.opened.at(-1);
  if (!source) throw new Error("nothing was opened");
  return source;
}

test("what is heard is told", () => {
  stream.open();
  last().say("open");
  last().say("change", { changes: [change] });
  expect(last().url).toBe("/api/v1/changes");
  expect(told).toEqual([[change]]);
});

test("after a rest anything may have changed", () => {
  stream.open();
  last().say("open");
  stream.rest();
  expect(last().readyState).toBe(Source.CLOSED);
  stream.open();
  expect(told).toEqual([]);
  last().say("open");
  expect(told).toEqual([null]);
});

test("after the browser came back by itself anything may have changed", () => {
  stream.open();
  last().say("open");
  last().say("error");
  expect(Source.opened).toHaveLength(1);
  last().say("open");
  expect(told).toEqual([null]);
});

test("a server that refuses is asked again, ever more rarely, and nobody is told", () => {
  stream.open();
  for (const seconds of [10, 20, 40, 80, 160, 300, 300]) {
    const before = Source.opened.length;
    last().refuse();
    vi.advanceTimersByTime(1000 * seconds - 1);
    expect(Source.opened).toHaveLength(before);
    vi.advanceTimersByTime(1);
    expect(Source.opened).toHaveLength(before + 1);
  }
  expect(told).toEqual([]);
});

test("a stream at rest is not opened by what it waited for", () => {
  stream.open();
  last().refuse();
  stream.rest();
  vi.runAllTimers();
  expect(Source.opened).toHaveLength(1);
});
