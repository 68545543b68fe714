import { computed, reactive, shallowReactive } from "vue";
import { askCoverage, cancelJob, fetchHomes, fetchJob, fetchStandards, fetchStudies, fetchStudy } from "../api/coverage";
import type { Home, Job, NormAnswer, Question, Standard, Study, Text, Uncovered } from "../api/types";
import { t } from "../i18n";
import { difference, type Difference, shadesOf } from "./coverageDifference";
import { type Loaded, loaded } from "./loaded";
import { district, state, wishes } from "./store";

/** An answer under one norm, with its homes. */
export interface Answer {
  study: Study;
  norm: NormAnswer;
  homes: Home[];
}

/** How often the server is asked how far it is, in milliseconds. */
const pulse = 400;

/** All state of the coverage view. Panels read it and call the functions below; only they change it. */
export const coverage = shallowReactive({
  standards: { state: "waiting" } as Loaded<Standard[]>,
  question: reactive<Question>({ standard: "", profile: "adult", minutes: null, at: null }),
  norm: null as string | null,
  /** From the moment a question is asked until its answer is here, or it is known that there is none. */
  isBusy: false,
  job: null as Job | null,
  study: null as Loaded<Study> | null,
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
export const norm = computed(() => study.value?.norms.find((one) => one.norm === coverage.norm) ?? null);

/** The answer to compare with, if it is about the same service of the same area and not this very answer. */
export const before = computed(() => {
  const { before: kept } = coverage;
  if (!kept || !study.value || kept.study.study === study.value.study) return null;
  return kept.norm.norm === coverage.norm && kept.study.area.code === study.value.area.code ? kept : null;
});
export const change = computed<Difference | null>(() =>
  before.value && homes.value.length ? difference(before.value.homes, homes.value) : null,
);
export const shades = computed(() => shadesOf(homes.value, before.value?.homes ?? null));

export const chosenHome = computed(() => (coverage.chosen === null ? null : (homes.value[coverage.chosen] ?? null)));

/** What the map draws while the coverage view is open; null until there is an answer. */
export const shownHomes = computed(() => {
  if (state.view !== "coverage" || !study.value) return null;
  return { homes: homes.value, shades: shades.value, kinds: norm.value?.kinds ?? [] };
});

/** Make the view ready: the standards, and the newest answer about the district if there is one. */
export async function openCoverage({ again = false } = {}): Promise<void> {
  const area = district.value?.code;
  if (!area || (area === opened && !again)) return;
  opened = area;
  if (coverage.standards.state !== "here") await loadStandards();
  await loadNewest(area);
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
  coverage.before = coverage.refusal = null;
  coverage.homes = { state: "waiting" };
  const listed = await loaded(fetchStudies(area));
  if (area !== opened) return;
  if (listed.state === "here" && listed.thing[0]) await loadStudy(listed.thing[0].id);
  else coverage.study = listed.state === "refused" ? listed : null;
}

/** Ask the question as it stands, and follow the work until it is answered. */
export async function ask(): Promise<void> {
  if (!district.value || coverage.isBusy) return;
  coverage.isBusy = true;
  coverage.refusal = null;
  const begun = await loaded(askCoverage({ area: district.value.code, norms: [], ...coverage.question }));
  if (begun.state === "here") await follow(begun.thing);
  else if (begun.state === "refused") coverage.refusal = begun;
  coverage.isBusy = false;
}

async function follow(begun: Job): Promise<void> {
  coverage.job = begun;
  while (isUnderWay(coverage.job)) {
    await new Promise((resume) => window.setTimeout(resume, pulse));
    const job = await loaded(fetchJob(begun.id));
    if (job.state === "refused") {
      coverage.job = null;
      coverage.refusal = job;
      return;
    }
    if (job.state === "here") coverage.job = job.thing;
  }
  await finish(coverage.job);
}

async function finish(job: Job): Promise<void> {
  coverage.job = null;
  if (job.problem) coverage.refusal = { messages: job.problem.message, hint: job.problem.hint };
  if (job.state === "cancelled") state.said = t("coverage.cancelled");
  if (job.study_id !== null) await loadStudy(job.study_id);
}

export async function cancel(): Promise<void> {
  if (coverage.job) await loaded(cancelJob(coverage.job.id));
}

let pending: AbortController | null = null;

/** Show an answer by its number. */
export async function loadStudy(id: number): Promise<void> {
  const found = await loaded(fetchStudy(id));
  if (found.state === "here" && found.thing.area.code !== opened) return;
  coverage.study = found;
  if (found.state !== "here") return;
  const { question, norms } = found.thing;
  const { standard, profile, minutes, at } = question;
  Object.assign(coverage.question, { standard, profile, minutes, at });
  if (!norms.some((one) => one.norm === coverage.norm)) {
    const first = norms.find(({ facilities, area }) => facilities > 0 && area.distance.judged) ?? norms[0];
    coverage.norm = first?.norm ?? null;
  }
  await loadHomes();
}

/** Look at another service of the same answer. */
export async function chooseNorm(name: string): Promise<void> {
  coverage.norm = name;
  await loadHomes();
}

export async function loadHomes(): Promise<void> {
  pending?.abort();
  pending = new AbortController();
  const { signal } = pending;
  coverage.chosen = coverage.pointed = coverage.wanted = null;
  if (!study.value || !coverage.norm) return;
  coverage.homes = { state: "waiting" };
  const found = await loaded(fetchHomes(study.value.study, coverage.norm, signal));
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

function isUnderWay(job: Job): boolean {
  return job.state === "waiting" || job.state === "running";
}
