import type { Siting } from "../api/types";
import { formatNumber, t } from "../i18n";

/** Whom a siting counts: households, or people of the group that its norm is about. */
export function countOf({ norm }: Pick<Siting, "norm">, n: number | null): string {
  if (n === null) return t("siting.few");
  const group = norm.target_group ?? "households";
  return group === "households" ? t("count.households", { n: Math.round(n) }) : t("count.people", { n: Math.round(n) });
}

/** How good the choice is, in a sentence: the best there is, or how far from that it may be at most. */
export function qualityOf({ answer, objective }: Pick<Siting, "answer" | "objective">): string {
  if (answer.proved) return t(`quality.proved.${objective}`);
  const gap = answer.gap === null ? null : formatNumber(100 * answer.gap, 1);
  return gap === null ? t("quality.unknown") : t("quality.gap", { n: gap });
}

/** What the quick choice, one site after the other, would have come to. */
export function quickOf(siting: Siting): string | null {
  const { greedy, answer, objective } = siting;
  if (!greedy || greedy.covered === null || answer.covered === null || objective !== "cover") return null;
  const more = Math.round(answer.covered - greedy.covered);
  return more > 0 ? t("quality.better", { n: countOf(siting, more) }) : t("quality.as_good");
}
