import type { QueryLayer } from "../api/query";
import type { FoundFeature } from "../api/types";
import { formatCount, t, word } from "../i18n";
import { gridName } from "./store";

/** Columns with the kind of a feature, and the group of words for it. */
const kinds: Partial<Record<QueryLayer, [column: string, group: string]>> = {
  buildings: ["use", "use"],
  facilities: ["kind", "facility"],
  places: ["kind", "place"],
  organisations: ["kind", "organisation"],
};

/** What a feature is called: its name, else its address. */
export function nameFound(layer: QueryLayer, { properties }: FoundFeature): string {
  const { name, street, house_number: number } = properties as Record<string, string | null | undefined>;
  if (layer === "grids") return gridName(properties as { name: string | null; code: string });
  return name || [street, number].filter(Boolean).join("") || t("unnamed");
}

/** Its distance, kind and counts in a few words. */
export function describeFound(layer: QueryLayer, { properties }: FoundFeature): string {
  const { distance_m: metres, minutes, households } = properties as Record<string, number | null | undefined>;
  const [column, group] = kinds[layer] ?? [];
  return [
    metres == null ? "" : t("trial.metres", { n: Math.round(metres) }),
    minutes == null ? "" : t("query.minutes", { n: Math.ceil(minutes) }),
    column && group ? word(group, properties[column] as string | null) : "",
    layer === "grids" ? (properties["code"] as string) : "",
    layer === "grids" || households != null ? t("query.households", { n: formatCount(households) }) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}
