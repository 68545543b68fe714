import type { Question } from "../api/types";
import { t } from "../i18n";
import { momentOf } from "./moment";

/** A question in a few words: who walks, how far, when. */
export function describe({ profile, minutes, at }: Question): string {
  const moment = momentOf(at);
  return [
    t(`profile.${profile}`),
    minutes === null ? t("coverage.by_norm") : t("coverage.minutes_value", { n: minutes }),
    moment ? `${t(`day.${moment.day}`)} ${moment.time}` : t("coverage.any_time"),
  ].join(" · ");
}
