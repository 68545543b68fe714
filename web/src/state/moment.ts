/** Days as the server reads them. */
export const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
export type Day = (typeof days)[number];

/** A time of the week; `time` is 00:00 to 23:59. */
export interface Moment {
  day: Day;
  time: string;
}

/** Read a time of the week such as `Saturday 19:00`; null for anything else. */
export function momentOf(at: string | null): Moment | null {
  const [name, time] = at?.split(" ") ?? [];
  const day = days.find((known) => known === name);
  return day && time ? { day, time } : null;
}

export function atOf({ day, time }: Moment): string {
  return `${day} ${time}`;
}
