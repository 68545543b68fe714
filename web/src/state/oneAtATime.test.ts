import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { oneAtATime } from "./oneAtATime";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Work of a tenth of a second; `most` is how much of it was ever done at a time. */
function slowWork() {
  const seen = { begun: 0, now: 0, most: 0 };
  const work = async () => {
    seen.begun += 1;
    seen.most = Math.max(seen.most, ++seen.now);
    await new Promise((resume) => setTimeout(resume, 100));
    seen.now -= 1;
  };
  return { seen, wish: oneAtATime(work, 1000) };
}

test("work is done at once", () => {
  const { seen, wish } = slowWork();
  void wish();
  expect(seen.begun).toBe(1);
});

test("many wishes at a time are one more piece of work after a rest", async () => {
  const { seen, wish } = slowWork();
  for (let wishes = 0; wishes < 20; wishes += 1) void wish();
  await vi.advanceTimersByTimeAsync(1050);
  expect(seen.begun).toBe(1);
  await vi.runAllTimersAsync();
  expect(seen).toEqual({ begun: 2, now: 0, most: 1 });
});

test("work that failed does not keep the next from being done", async () => {
  const work = vi.fn().mockRejectedValueOnce(new Error("no")).mockResolvedValue(undefined);
  const wish = oneAtATime(work, 10);
  await expect(wish()).rejects.toThrow("no");
  void wish();
  expect(work).toHaveBeenCalledTimes(2);
  await vi.runAllTimersAsync();
});
