import { ref, watchEffect } from "vue";
import type { Text } from "../api/types";
import type { Language } from "../state/url";
import { en } from "./en";
import { format, type Params } from "./format";
import { words } from "./words";
import { type MessageKey, zh } from "./zh";

const messages: Record<Language, Record<MessageKey, string>> = { zh, en };
const locales: Record<Language, string> = { zh: "zh-CN", en: "en-GB" };

/** The language of the page; Chinese until the reader or the link says otherwise. */
export const language = ref<Language>("zh");

/** The message for a key in the language of the page. */
export function t(key: MessageKey, params: Params = {}): string {
  return format(messages[language.value][key], params, formatNumber);
}

/** The sentence of a bilingual text in the language of the page. */
export function say(text: Text): string {
  return text[language.value];
}

/** The same as the beginning of a line. */
export function sayFirst(text: Text): string {
  const [first = "", ...rest] = say(text);
  return first.toLocaleUpperCase(locales[language.value]) + rest.join("");
}

/** A stored kind in words; kinds we have no word for are shown as stored, without underscores. */
export function word(group: string, kind: string | null): string {
  if (!kind) return say({ zh: "未分类", en: "Unclassified" });
  const known = words[group]?.[kind];
  return known ? say(known) : kind.replaceAll("_", " ");
}

/** A count of households, which is not told where it is 1 to 9. */
export function formatCount(value: number | null | undefined): string {
  return value == null ? "<10" : formatNumber(value);
}

export function formatNumber(value: number, digits = 0): string {
  return new Intl.NumberFormat(locales[language.value], { maximumFractionDigits: digits }).format(value);
}

/** The size of a file, in the unit that suits it. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1e6 ? 0 : bytes < 1e9 ? 1 : 2;
  return `${formatNumber(Math.max(bytes / 1000 ** (power + 1), 0.1), 1)}\u00a0${["kB", "MB", "GB"][power]}`;
}

/** Names in a row: “甲、乙和丙”, “A, B and C”. */
export function formatList(names: readonly string[]): string {
  return new Intl.ListFormat(locales[language.value]).format(names);
}

export function formatDate(moment: string): string {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return moment;
  return new Intl.DateTimeFormat(locales[language.value], { dateStyle: "medium" }).format(date);
}

/** Keep the document's own language and title in step with the page. */
export function followLanguage(): void {
  watchEffect(() => {
    document.documentElement.lang = locales[language.value];
    document.title = `${t("app.name")} ${t("app.other_name")}`;
  });
}
