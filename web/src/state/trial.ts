import { computed, shallowReactive } from "vue";
import { fetchFacilities, fetchGates, tryChanges } from "../api/trial";
import type { Point, StandingFacility, StandingGate, Trial } from "../api/types";
import { t } from "../i18n";
import {
  type Change,
  mostChanges,
  movedTo,
  toggledFacility,
  toggledGate,
  withChange,
  without,
} from "./changes";
import { study } from "./coverage";
import { type Loaded, loaded, type Refused } from "./loaded";
import { setChanges, state } from "./store";
import { present, redone, undone } from "./trail";

/** What can be tried: the facilities of a service, and the gates. */
export interface Things {
  facilities: StandingFacility[];
  gates: StandingGate[];
}

/** All state of trying changes on the map. Panels read it and call the functions below; only they change it. */
export const trial = shallowReactive({
  things: { state: "waiting" } as Loaded<Things>,
  /** What became of the last changes that were answered. */
  answer: null as Trial | null,
  refusal: null as Refused | null,
  isBusy: false,
  /** Key of the facility, gate or new place that the list points at. */
  pointed: null as string | null,
});

export const isTrying = computed(() => state.view === "coverage" && state.tool === "trial");
export const changes = computed(() => present(state.trail));
export const things = computed(() => (trial.things.state === "here" ? trial.things.thing : null));

/** Fetch what stands: facilities of the service that is looked at, and gates. */
export async function loadThings(): Promise<void> {
  const [id, norm] = [study.value?.study, state.norm];
  if (id === undefined || !norm) return;
  trial.things = { state: "waiting" };
  const both = Promise.all([fetchFacilities(id, norm), fetchGates(id)]);
  const found = await loaded(both.then(([facilities, gates]) => ({ facilities, gates })));
  if (id === study.value?.study && norm === state.norm) trial.things = found;
}

let pending: AbortController | null = null;

/** Ask what would become of the service if all changes were made. */
export async function tryNow(): Promise<void> {
  pending?.abort();
  pending = new AbortController();
  const { signal } = pending;
  const id = study.value?.study;
  trial.refusal = null;
  if (id === undefined || !state.norm || !changes.value.length) {
    trial.answer = null;
    trial.isBusy = false;
    return;
  }
  trial.isBusy = true;
  const found = await loaded(tryChanges(id, state.norm, changes.value, signal));
  if (signal.aborted) return;
  trial.isBusy = false;
  trial.answer = found.state === "here" ? found.thing : null;
  trial.refusal = found.state === "refused" ? found : null;
  if (found.state === "here") announce(found.thing);
}

export function openAt([lon, lat]: Point): void {
  if (changes.value.length >= mostChanges) state.said = t("trial.full", { n: mostChanges });
  else setChanges(withChange(changes.value, { action: "open_facility", lon, lat }));
}

/** Close or open what was touched, or let it be again; a place that is tried is taken away. */
export function touch(key: string): void {
  const [kind, id] = readKey(key);
  const gate = things.value?.gates.find((one) => one.id === id);
  if (kind === "new") setChanges(without(changes.value, id));
  if (kind === "facility") setChanges(toggledFacility(changes.value, id));
  if (kind === "gate" && gate) setChanges(toggledGate(changes.value, id, gate.properties.is_open));
}

export function moveTo(key: string, [lon, lat]: Point): void {
  const [kind, id] = readKey(key);
  if (kind === "new") setChanges(movedTo(changes.value, id, lon, lat));
  if (kind === "facility") setChanges(withChange(changes.value, { action: "move_facility", facility: id, lon, lat }));
}

export function takeBack(index: number): void {
  setChanges(without(changes.value, index));
}

export function clear(): void {
  setChanges([]);
}

export function undo(): void {
  state.trail = undone(state.trail);
}

export function redo(): void {
  state.trail = redone(state.trail);
}

/** Key of what a change is about, as the map knows it. */
export function keyOf(change: Change, index: number): string {
  if ("facility" in change) return `facility/${change.facility}`;
  return "gate" in change ? `gate/${change.gate}` : `new/${index}`;
}

function readKey(key: string): [kind: string, id: number] {
  const [kind = "", id = ""] = key.split("/");
  return [kind, Number(id)];
}

function announce({ after, gained, lost }: Trial): void {
  const known = (households: number | null) => (households === null ? t("coverage.few") : t("count.households", { n: households }));
  const said = t("trial.said", { gained: known(gained.households), lost: known(lost.households) });
  state.said = after.within === null ? said : `${t("coverage.said", { within: after.within, judged: after.judged ?? 0 })} ${said}`;
}
