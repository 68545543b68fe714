import { expect, test } from "vitest";
import { atOf, momentOf } from "./moment";

test("a time of the week is written as the server reads it, and read back", () => {
  expect(atOf({ day: "Saturday", time: "19:00" })).toBe("Saturday 19:00");
  expect(momentOf("Saturday 19:00")).toEqual({ day: "Saturday", time: "19:00" });
});

test("anything else is no time of the week", () => {
  expect([momentOf(null), momentOf("Noday 19:00"), momentOf("Monday")]).toEqual([null, null, null]);
});
