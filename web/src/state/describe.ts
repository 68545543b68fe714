import type { Question, SitingAsked } from "../api/types";
import { t } from "../i18n";
import { momentOf } from "./moment";

type Asked = Partial<Pick<Question, "minutes" | "at">> & Pick<SitingAsked, "profile">;

/** A question in a few words: who walks, how far, when. */
export function describe({ profile, minutes = null, at = null }: Asked): string {
  const moment = momentOf(at);
  return [
    t(`profile.${profile}`),
    minutes === null ? t("coverage.by_norm") : t("coverage.minutes_value", { n: minutes }),
    moment ? `${t(`day.${moment.day}`)} ${moment.time}` : t("coverage.any_time"),
  ].join(" · ");
}
