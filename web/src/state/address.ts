import { watch } from "vue";
import { language } from "../i18n";
import { query, setWhere, showWhere } from "./query";
import { closeGrid, loadOverview, openGrid, setChanges, state, wishes } from "./store";
import { present } from "./trail";
import { isElsewhere, plainView, readHash, type View, writeHash } from "./url";
import { isWhole } from "./where";

const languageKey = "gridmap.language";

/** Start from the address, then keep the address in step with the page. */
export async function start(): Promise<void> {
  applyView(readHash(location.hash));
  watch(currentView, writeSoon);
  watch(language, (chosen) => localStorage.setItem(languageKey, chosen));
  window.addEventListener("popstate", () => applyView(readHash(location.hash)));
  await loadOverview();
}

/** Write the address once the view rests: browsers refuse a new address for every frame of a movement. */
function writeSoon(): void {
  window.clearTimeout(writing);
  writing = window.setTimeout(write, 200);
}
let writing: number | undefined;

/** Another place is a step that Back takes back; the same place seen otherwise is not. */
function write(): void {
  const view = currentView();
  const hash = `#${writeHash(view)}`;
  if (hash !== (location.hash || "#")) {
    if (isElsewhere(written, view)) history.pushState(null, "", hash);
    else history.replaceState(null, "", hash);
  }
  written = view;
}
let written: View = plainView;

function currentView(): View {
  const { camera, view, tool, study, siting, norm, trail, grid, tab, hidden, off } = state;
  const { district, layer } = state;
  const [changes, where] = [present(trail), present(state.where)];
  return { camera, view, tool, study, siting, norm, changes, layer, where, district, grid, tab, hidden, off, language: language.value };
}

function applyView(view: View): void {
  language.value = view.language ?? storedLanguage();
  written = view;
  state.view = view.view;
  if (view.view === "coverage") applyCoverage(view);
  if (view.view === "query") applyQuery(view);
  state.tab = view.tab;
  state.hidden = view.hidden;
  state.off = view.off;
  if (view.camera) state.camera = wishes.camera = view.camera;
  state.isPlaced ||= view.camera !== null || view.grid !== null;
  state.district = view.district ?? state.district;
  if (view.grid && view.grid !== state.grid) void openGrid(view.grid, { show: !view.camera });
  if (!view.grid) closeGrid();
}

/** What an address does not say stays as it is. */
function applyCoverage({ tool, study, siting, norm, changes }: View): void {
  state.tool = tool;
  state.study = study ?? state.study;
  state.siting = siting ?? state.siting;
  state.norm = norm ?? state.norm;
  if (tool === "trial") setChanges(changes);
}

function applyQuery({ camera, layer, where }: View): void {
  state.layer = layer;
  if (!where) return;
  setWhere(where);
  query.isAiming = !isWhole(where);
  if (camera || where.way === "place") return;
  showWhere();
  state.isPlaced = true;
}

function storedLanguage(): "zh" | "en" {
  return localStorage.getItem(languageKey) === "en" ? "en" : "zh";
}
