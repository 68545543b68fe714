import { expect, test } from "vitest";
import { en } from "./en";
import { format } from "./format";
import { word, language, t } from "./index";
import { words } from "./words";
import { zh } from "./zh";

const placeholders = (message: string) =>
  [...new Set([...message.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();

test("both languages have the same keys", () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
});

test("both forms of a message ask for the same values", () => {
  for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
    const known = placeholders(zh[key]);
    const unknown = placeholders(en[key]).filter((name) => !known.includes(name));
    expect(unknown, key).toEqual([]);
  }
});

test("no message is empty and no Chinese message is left in English", () => {
  for (const [key, message] of Object.entries(zh)) {
    expect(message.trim(), key).not.toBe("");
    if (key !== "app.other_name") expect(message, key).toMatch(/[\u4e00-\u9fff{]/);
  }
  for (const [key, message] of Object.entries(en)) {
    if (key !== "app.other_name") expect(message, key).not.toMatch(/[\u4e00-\u9fff]/);
  }
});

test("every kind has a word in both languages", () => {
  for (const [group, kinds] of Object.entries(words)) {
    for (const [kind, text] of Object.entries(kinds)) {
      expect(text.zh && text.en, `${group}.${kind}`).toBeTruthy();
    }
  }
});

test("one is said differently from many, and numbers are grouped", () => {
  const said = (n: number) => format("{n} grid|{n} grids", { n }, (value) => value.toLocaleString("en"));
  expect([said(1), said(0), said(1200)]).toEqual(["1 grid", "0 grids", "1,200 grids"]);
});

test("a kind without a word is shown as it is stored", () => {
  expect(word("use", "tea_house")).toBe("tea house");
});

test("messages follow the language of the page", () => {
  language.value = "en";
  expect(t("count.grids", { n: 1 })).toBe("1 grid");
  language.value = "zh";
  expect(t("count.grids", { n: 1 })).toBe("1 个网格");
});
