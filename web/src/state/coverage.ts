import { computed, reactive, shallowReactive } from "vue";
import { askCoverage, fetchHomes, fetchStandards, fetchStudies, fetchStudy } from "../api/coverage";
import type { Home, Job, NormAnswer, Question, Standard, Study, Text, Uncovered } from "../api/types";
import { t } from "../i18n";
import { difference, type Difference, shadesOf } from "./coverageDifference";
import { follow } from "./job";
import { type Loaded, loaded } from "./loaded";
import { district, districts, state, wishes } from "./store";

/** An answer under one norm, with its homes. */
export interface Answer {
  study: Study;
  norm: NormAnswer;
  homes: Home[];
}

/** All state of the coverage view. Panels read it and call the functions below; only they change it. */
export const coverage = shallowReactive({
  standards: { state: "waiting" } as Loaded<Standard[]>,
  question: reactive<Question>({ standard: "", profile: "adult", minutes: null, at: null }),
  /** From the moment a question is asked until its answer is here, or it is known that there is none. */
  isBusy: false,
  job: null as Job | null,
  /** Null once it is known that nobody has asked about the district. */
  study: { state: "waiting" } as Loaded<Study> | null,
  homes: { state: "waiting" } as Loaded<Home[]>,
  /** The answer that the present one is compared with. */
  before: null as Answer | null,
  /** Why the last question was not answered. */
  refusal: null as { messages: Text; hint: Text | null } | null,
  /** Homes by their place in `homes`: the one chosen, and the one the list points at. */
  chosen: null as number | null,
  pointed: null as number | null,
  /** A home of the list that was chosen before the homes were here. */
  wanted: null as Uncovered | null,
});

export const study = computed(() => (coverage.study?.state === "here" ? coverage.study.thing : null));
export const homes = computed(() => (coverage.homes.state === "here" ? coverage.homes.thing : []));
export const norm = computed(() => study.value?.norms.find((one) => one.norm === state.norm) ?? null);

/** The answer to compare with, if it is about the same service of the same area and not this very answer. */
export const before = computed(() => {
  const { before: kept } = coverage;
  if (!kept || !study.value || kept.study.study === study.value.study) return null;
  return kept.norm.norm === state.norm && kept.study.area.code === study.value.area.code ? kept : null;
});
export const change = computed<Difference | null>(() =>
  before.value && homes.value.length ? difference(before.value.homes, homes.value) : null,
);
export const shades = computed(() => shadesOf(homes.value, before.value?.homes ?? null));

export const chosenHome = computed(() => (coverage.chosen === null ? null : (homes.value[coverage.chosen] ?? null)));

/** Make the view ready: the standards, and the answer of the address or else the newest one about the district. */
export async function openCoverage({ again = false } = {}): Promise<void> {
  const area = district.value?.code;
  if (!area) return;
  if (coverage.standards.state !== "here") await loadStandards();
  if (area !== opened || again) {
    const isAsked = state.study !== null && (opened === null || again);
    opened = area;
    coverage.before = coverage.refusal = null;
    await (isAsked ? loadStudy(state.study ?? 0) : loadNewest(area));
  } else if (state.study !== null && state.study !== study.value?.study) {
    await loadStudy(state.study);
  }
}

/** The district that the view was made ready for. */
let opened: string | null = null;

export async function loadStandards(): Promise<void> {
  coverage.standards = { state: "waiting" };
  coverage.standards = await loaded(fetchStandards());
  if (coverage.standards.state !== "here" || coverage.question.standard) return;
  const [fullest] = [...coverage.standards.thing].sort((one, other) => other.norms.length - one.norms.length);
  coverage.question.standard = fullest?.id ?? "";
}

async function loadNewest(area: string): Promise<void> {
  coverage.study = { state: "waiting" };
  coverage.homes = { state: "waiting" };
  state.study = null;
  const listed = await loaded(fetchStudies(area));
  if (area !== opened || state.study !== null) return;
  if (listed.state === "here" && listed.thing[0]) await loadStudy(listed.thing[0].id);
  else coverage.study = listed.state === "refused" ? listed : null;
}

/** Ask the question as it stands, and follow the work until it is answered. */
export async function ask(): Promise<void> {
  if (!district.value || coverage.isBusy) return;
  coverage.isBusy = true;
  coverage.refusal = null;
  const begun = await loaded(askCoverage({ area: district.value.code, norms: [], ...coverage.question }));
  const done = begun.state === "here" ? await follow(begun.thing, (job) => (coverage.job = job)) : begun;
  coverage.job = null;
  if (done.state === "refused") coverage.refusal = done;
  else if (done.state === "here") await finish(done.thing);
  coverage.isBusy = false;
}

async function finish(job: Job): Promise<void> {
  if (job.state === "cancelled") state.said = t("coverage.cancelled");
  if (job.study_id !== null) await loadStudy(job.study_id);
}

/** Show an answer by its number. */
export async function loadStudy(id: number): Promise<void> {
  state.study = id;
  if (!study.value) coverage.study = { state: "waiting" };
  const found = await loaded(fetchStudy(id));
  if (state.study !== id) return;
  coverage.study = found;
  if (found.state !== "here") return;
  const { area, question, norms } = found.thing;
  if (districts.value.some(({ code }) => code === area.code)) state.district = opened = area.code;
  const { standard, profile, minutes, at } = question;
  Object.assign(coverage.question, { standard, profile, minutes, at });
  if (!norms.some((one) => one.norm === state.norm)) state.norm = firstOf(norms);
}

/** The service to look at first: one with a facility, whose distance is judged. */
function firstOf(norms: readonly NormAnswer[]): string | null {
  const first = norms.find(({ facilities, area }) => facilities > 0 && area.distance.judged) ?? norms[0];
  return first?.norm ?? null;
}

let pending: AbortController | null = null;

/** Fetch the homes of the answer under the norm that is looked at. */
export async function loadHomes(): Promise<void> {
  pending?.abort();
  pending = new AbortController();
  const { signal } = pending;
  coverage.chosen = coverage.pointed = coverage.wanted = null;
  if (!study.value || !state.norm) return;
  coverage.homes = { state: "waiting" };
  const found = await loaded(fetchHomes(study.value.study, state.norm, signal));
  if (signal.aborted) return;
  coverage.homes = found;
  if (coverage.wanted) showUncovered(coverage.wanted);
  announce();
}

/** Keep the present answer, so that the next one is compared with it. */
export function keepAsBefore(): void {
  if (study.value && norm.value) {
    coverage.before = { study: study.value, norm: norm.value, homes: homes.value };
    state.said = t("coverage.kept");
  }
}

export function forgetBefore(): void {
  coverage.before = null;
}

/** Choose a home by its place on the map, or none. */
export function chooseHome(index: number | null): void {
  coverage.chosen = index;
}

/** Choose a home of the list and go there. */
export function showUncovered(row: Uncovered): void {
  coverage.chosen = placeOf(row);
  coverage.wanted = coverage.chosen === null ? row : null;
  wishes.point = [row.lon, row.lat];
}

export function pointAt(row: Uncovered | null): void {
  coverage.pointed = row ? placeOf(row) : null;
}

export function placeOf({ home }: Uncovered): number | null {
  const place = homes.value.findIndex(({ id }) => id === home);
  return place < 0 ? null : place;
}

function announce(): void {
  const counts = norm.value?.area.distance;
  if (!norm.value || counts?.within === null || counts?.judged === null || !counts) return;
  state.said = t("coverage.said", { within: counts.within, judged: counts.judged });
}
