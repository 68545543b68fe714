import type { ChangedHome, Home, Verdict } from "../api/types";

export interface Moved {
  homes: number;
  /** Households of those homes whose count may be shown. */
  households: number;
  /** Homes whose count is too small to be shown. */
  hidden: number;
}

export interface Difference {
  gained: Moved;
  lost: Moved;
}

/** How a home is drawn: by its verdict, or by what changed since another answer. */
export const shades = ["met", "uncertain", "unmet", "unknown", "not_set", "gained", "lost", "same", "still", "never"] as const;
export type Shade = (typeof shades)[number];

/** Homes that came near enough to a facility between two answers, and homes that no longer are. */
export function difference(before: readonly Home[], after: readonly Home[]): Difference {
  const shades = shadesOf(after, before);
  return { gained: sum(after, shades, "gained"), lost: sum(after, shades, "lost") };
}

/** How each home of an answer is drawn, beside another answer or by itself. */
export function shadesOf(after: readonly Home[], before: readonly Home[] | null): Shade[] {
  if (!before) return after.map(({ properties }) => properties.verdict);
  const known = new Map(before.map(({ id, properties }) => [id, properties.verdict]));
  return after.map(({ id, properties }) => change(known.get(id), properties.verdict));
}

function change(before: Verdict | undefined, after: Verdict): Shade {
  if (before === "unmet" && after === "met") return "gained";
  return before === "met" && after === "unmet" ? "lost" : "same";
}

function sum(homes: readonly Home[], shades: readonly Shade[], shade: Shade): Moved {
  const moved = homes.filter((_, index) => shades[index] === shade).map(({ properties }) => properties.households);
  return {
    homes: moved.length,
    households: moved.reduce<number>((total, households) => total + (households ?? 0), 0),
    hidden: moved.filter((households) => households === null).length,
  };
}

/** How each home of an answer is drawn while changes are tried: who gains, who loses, and who is served anyway or never. */
export function shadesOfTrial(homes: readonly Home[], changed: readonly ChangedHome[]): Shade[] {
  const effects = new Map(changed.map(({ id, properties }) => [id, properties.effect]));
  return homes.map(({ id, properties }) => {
    const effect = effects.get(id);
    if (effect === "gained" || effect === "lost") return effect;
    if (properties.verdict === "unmet") return "never";
    return properties.verdict === "met" || properties.verdict === "uncertain" ? "still" : properties.verdict;
  });
}
