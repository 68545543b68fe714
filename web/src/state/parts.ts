import type { Counts } from "../api/types";
import type { Shade } from "./coverageDifference";

export const partNames = ["met", "inside", "outside", "unmet", "unknown"] as const;
export type PartName = (typeof partNames)[number];

/** A part of the households judged: surely covered, borderline on either side of the line, not covered, unknown. */
export interface Part {
  name: PartName;
  shade: Shade;
  households: number;
}

/** The headline as a sum: what it counts, and what it does not. */
export interface Sum {
  counted: Part[];
  notCounted: Part[];
}

/** Take the headline apart; null where the counts are too small to be told or nothing was judged. */
export function sumOf({ met, uncertain, unmet, unknown, within, judged }: Counts): Sum | null {
  if (!judged || within === null || met === null || uncertain === null || unmet === null || unknown === null) return null;
  const inside = Math.min(uncertain, Math.max(0, within - met));
  const part = (name: PartName, shade: Shade, households: number) => ({ name, shade, households });
  const counted = [part("met", "met", met), part("inside", "uncertain", inside)];
  const notCounted = [
    part("outside", "uncertain", uncertain - inside),
    part("unmet", "unmet", unmet),
    part("unknown", "unknown", unknown),
  ];
  return { counted: counted.filter(isThere), notCounted: notCounted.filter(isThere) };
}

function isThere({ households }: Part): boolean {
  return households > 0;
}
