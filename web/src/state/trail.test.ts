import { expect, test } from "vitest";
import { canRedo, canUndo, extended, present, redone, trailFrom, undone } from "./trail";

test("what was undone comes back, until something else is done", () => {
  const two = extended(extended(trailFrom("none"), "one"), "two");
  expect(present(undone(two))).toBe("one");
  expect(present(redone(undone(two)))).toBe("two");
  expect(present(redone(extended(undone(two), "other")))).toBe("other");
  expect(present(undone(undone(undone(two))))).toBe("none");
});

test("there is something to take back or do again only beside other steps", () => {
  const first = trailFrom("none");
  expect([canUndo(first), canRedo(first)]).toEqual([false, false]);
  const second = extended(first, "one");
  expect([canUndo(second), canRedo(second)]).toEqual([true, false]);
  expect([canUndo(undone(second)), canRedo(undone(second))]).toEqual([false, true]);
});

test("of very many steps the first are forgotten", () => {
  let trail = trailFrom(0);
  for (let step = 1; step < 300; step += 1) trail = extended(trail, step);
  expect(present(trail)).toBe(299);
  while (canUndo(trail)) trail = undone(trail);
  expect(present(trail)).toBe(200);
});
