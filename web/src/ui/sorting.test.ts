import { expect, test } from "vitest";
import { type Column, ordered, sorted } from "./sorting";

interface Row {
  code: string;
  share: number | null;
}

const rows: Row[] = [
  { code: "010", share: 0.5 },
  { code: "002", share: null },
  { code: "9", share: 0.9 },
];
const columns: Column<Row>[] = [
  { name: "code", title: "", value: ({ code }) => code, text: ({ code }) => code },
  { name: "share", title: "", value: ({ share }) => share, text: String },
];
const by = (column: string, descending: boolean) => sorted(rows, columns, { column, descending }).map(({ code }) => code);

test("what is not told stands last, however the table is sorted", () => {
  expect(by("share", true)).toEqual(["9", "010", "002"]);
  expect(by("share", false)).toEqual(["010", "9", "002"]);
});

test("numbers within codes are sorted as numbers", () => {
  expect(by("code", false)).toEqual(["002", "9", "010"]);
});

test("an unknown column leaves the order as it is", () => {
  expect(by("nothing", true)).toEqual(["010", "002", "9"]);
});

test("the same column again turns the order round", () => {
  const order = ordered({ column: "code", descending: false }, "share");
  expect(order).toEqual({ column: "share", descending: true });
  expect(ordered(order, "share").descending).toBe(false);
});
