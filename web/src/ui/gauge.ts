import type { Band } from "../api/types";

export interface Gauge {
  /** Where the standard band starts, its length, and where the count lies: percent of the gauge. */
  start: number;
  length: number;
  count: number;
}

/** Lay a count and its band on a line that starts at 0 and leaves room above the band. Counts beyond stay on its end. */
export function gauge(households: number, { minimum, maximum }: Band): Gauge {
  const end = maximum + minimum / 2;
  const percent = (value: number) => (100 * Math.min(value, end)) / end;
  return { start: percent(minimum), length: percent(maximum) - percent(minimum), count: percent(households) };
}
