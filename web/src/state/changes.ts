/** Something that is tried: a facility opened, moved or closed, a gate opened or closed. Degrees, WGS 84. */
export type Change =
  | { action: "open_facility"; lon: number; lat: number }
  | { action: "move_facility"; facility: number; lon: number; lat: number }
  | { action: "close_facility"; facility: number }
  | { action: "open_gate"; gate: number }
  | { action: "close_gate"; gate: number };

/** As many changes as the server tries at once. */
export const mostChanges = 50;

/** Make a change instead of any other of the same facility or gate. */
export function withChange(list: readonly Change[], change: Change): Change[] {
  return [...list.filter((one) => subject(one) === null || subject(one) !== subject(change)), change];
}

export function without(list: readonly Change[], index: number): Change[] {
  return list.filter((_, place) => place !== index);
}

/** Move a facility that is tried to another point. */
export function movedTo(list: readonly Change[], index: number, lon: number, lat: number): Change[] {
  return list.map((one, place) => (place === index && "lon" in one ? { ...one, lon, lat } : one));
}

export function changeOf(list: readonly Change[], kind: "facility" | "gate", id: number): Change | null {
  return list.find((one) => subject(one) === `${kind}/${id}`) ?? null;
}

/** Close a facility, or let it be as it is if something else is tried with it. */
export function toggledFacility(list: readonly Change[], facility: number): Change[] {
  const known = changeOf(list, "facility", facility);
  return known ? list.filter((one) => one !== known) : withChange(list, { action: "close_facility", facility });
}

/** Open a gate that is shut and shut one that is open, or let it be as it is. */
export function toggledGate(list: readonly Change[], gate: number, isOpen: boolean): Change[] {
  const known = changeOf(list, "gate", gate);
  if (known) return list.filter((one) => one !== known);
  return withChange(list, { action: isOpen ? "close_gate" : "open_gate", gate });
}

const signs = { open_facility: "open", move_facility: "move", close_facility: "close", open_gate: "gate", close_gate: "shut" };

/** Changes as words of an address, such as `open:120.15,30.28;shut:7`. */
export function writeChanges(list: readonly Change[]): string {
  return list.map((one) => `${signs[one.action]}:${numbersOf(one).join(",")}`).join(";");
}

/** Read changes from an address; what is malformed is passed over. */
export function readChanges(words: string | null): Change[] {
  const read = (words ?? "").split(";").flatMap((part) => {
    const [sign, numbers = ""] = part.split(":");
    return changeFrom(sign ?? "", numbers.split(",").map(Number)) ?? [];
  });
  return read.slice(0, mostChanges).reduce<Change[]>((list, one) => withChange(list, one), []);
}

function changeFrom(sign: string, [first = NaN, second = NaN, third = NaN]: number[]): Change | null {
  if (sign === "open") return isOnEarth(first, second) ? { action: "open_facility", lon: first, lat: second } : null;
  if (!Number.isSafeInteger(first) || first < 1) return null;
  if (sign === "move" && isOnEarth(second, third)) return { action: "move_facility", facility: first, lon: second, lat: third };
  if (sign === "close") return { action: "close_facility", facility: first };
  if (sign === "gate") return { action: "open_gate", gate: first };
  return sign === "shut" ? { action: "close_gate", gate: first } : null;
}

function numbersOf(change: Change): number[] {
  const id = "facility" in change ? [change.facility] : "gate" in change ? [change.gate] : [];
  return "lon" in change ? [...id, rounded(change.lon), rounded(change.lat)] : id;
}

/** A tenth of a metre. */
function rounded(degrees: number): number {
  return Number(degrees.toFixed(6));
}

function isOnEarth(lon: number, lat: number): boolean {
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 85;
}

/** What a change is about; facilities that are opened are each their own. */
function subject(change: Change): string | null {
  if ("facility" in change) return `facility/${change.facility}`;
  return "gate" in change ? `gate/${change.gate}` : null;
}
