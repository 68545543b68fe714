import { computed, reactive, shallowReactive } from "vue";
import { askSiting, fetchSiting, fetchSitings } from "../api/siting";
import type { ChosenSite, Job, Point, Siting, SitingAsked } from "../api/types";
import { t } from "../i18n";
import { type Change, withChange } from "./changes";
import { coverage } from "./coverage";
import { follow } from "./job";
import { type Loaded, loaded, type Refused } from "./loaded";
import { district, districts, setChanges, state, wishes } from "./store";

/** What is asked beside the service and the standard, as the form has it. */
export type SitingForm = Required<Omit<SitingAsked, "area" | "standard" | "kind">>;

export const plainForm: SitingForm = {
  profile: "adult",
  at: null,
  minutes: null,
  objective: "cover",
  count: 3,
  budget: null,
  floor: 0,
  capacitated: false,
  with_gates: true,
};

/** All state of finding sites. Panels read it and call the functions below; only they change it. */
export const siting = shallowReactive({
  form: reactive<SitingForm>({ ...plainForm }),
  /** From the moment a question is asked until its answer is here, or it is known that there is none. */
  isBusy: false,
  job: null as Job | null,
  answer: null as Loaded<Siting> | null,
  refusal: null as Refused | null,
  /** Places among the chosen sites: the one that the list points at, and the one that was chosen. */
  pointed: null as number | null,
  chosen: null as number | null,
});

export const isSiting = computed(() => state.view === "coverage" && state.tool === "siting");
/** The answer, while it is about the service that is looked at. */
export const sited = computed(() => {
  const { answer } = siting;
  return answer?.state === "here" && answer.thing.norm.norm === state.norm ? answer.thing : null;
});

/** Show the answer of the address, or else the newest one about the service. */
export async function openSiting(): Promise<void> {
  if (!district.value || (sited.value && sited.value.study === state.siting)) return;
  if (state.siting !== null && siting.answer === null) await loadSiting(state.siting);
  else if (!sited.value) await loadNewest(district.value.code);
}

async function loadNewest(area: string): Promise<void> {
  const { norm } = state;
  siting.answer = { state: "waiting" };
  siting.refusal = null;
  const listed = await loaded(fetchSitings(area));
  if (norm !== state.norm) return;
  const newest = listed.state === "here" ? listed.thing.find(({ question }) => isAbout(question["norms"], norm)) : null;
  state.siting = null;
  siting.answer = listed.state === "refused" ? listed : null;
  if (newest) await loadSiting(newest.id);
}

function isAbout(norms: unknown, norm: string | null): boolean {
  return Array.isArray(norms) && norms[0] === norm;
}

/** Show an answer by its number, unless the reader turns to another service meanwhile. */
export async function loadSiting(id: number): Promise<void> {
  const asked = state.norm;
  state.siting = id;
  if (siting.answer?.state !== "here") siting.answer = { state: "waiting" };
  siting.chosen = siting.pointed = null;
  const found = await loaded(fetchSiting(id));
  if (state.siting !== id || (asked !== null && state.norm !== asked)) return;
  siting.answer = found;
  if (found.state !== "here") return;
  const { area, norm, question } = found.thing;
  if (districts.value.some(({ code }) => code === area.code)) state.district = area.code;
  state.norm = norm.norm;
  for (const name of Object.keys(plainForm) as (keyof SitingForm)[]) {
    Object.assign(siting.form, { [name]: question[name] ?? plainForm[name] });
  }
  siting.form.count = question.count ?? null;
}

/** Ask the question as it stands, and follow the work until it is answered. */
export async function findSites(): Promise<void> {
  if (!district.value || !state.norm || siting.isBusy) return;
  siting.isBusy = true;
  siting.refusal = null;
  const asked = { ...known(siting.form), area: district.value.code, standard: coverage.question.standard, kind: state.norm };
  const begun = await loaded(askSiting(asked));
  const done = begun.state === "here" ? await follow(begun.thing, (job) => (siting.job = job)) : begun;
  siting.job = null;
  if (done.state === "refused") siting.refusal = done;
  else if (done.state === "here") await finish(done.thing);
  siting.isBusy = false;
}

async function finish(job: Job): Promise<void> {
  if (job.state === "cancelled") state.said = t("siting.cancelled");
  if (job.study_id === null) return;
  await loadSiting(job.study_id);
  if (sited.value) state.said = t("siting.said", { n: sited.value.chosen.length });
}

/** Leave out what the objective does not know. */
function known(form: SitingForm): SitingForm {
  if (form.objective === "all") return { ...form, count: null, budget: null, floor: 0, capacitated: false };
  return form.objective === "nearest" ? { ...form, floor: 0, capacitated: false } : { ...form };
}

/** Choose a site, from the list or on the map; choosing it again lets it go. */
export function chooseSite(place: number, { show = false } = {}): void {
  siting.chosen = siting.chosen === place ? null : place;
  const site = sited.value?.chosen[place];
  if (site && show && siting.chosen !== null) wishes.point = pointOf(site);
}

export function pointOf({ lon, lat }: ChosenSite): Point {
  return [lon, lat];
}

/** Try the chosen sites on the map, so that it shows whose home gains. */
export function trySites(): void {
  const found = (sited.value?.chosen ?? []).map<Change>(({ kind, id, lon, lat }) =>
    kind === "open_gate" ? { action: "open_gate", gate: id } : { action: "open_facility", lon, lat },
  );
  setChanges(found.reduce<Change[]>((list, change) => withChange(list, change), []));
  state.tool = "trial";
}
