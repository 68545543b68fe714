import { type QueryLayer, queryLayers } from "../api/query";
import { bandPositions, type BandPosition } from "../api/types";
import { type Change, readChanges, writeChanges } from "./changes";
import { readWhere, type Where, writeWhere } from "./where";

export const languages = ["zh", "en"] as const;
export type Language = (typeof languages)[number];

export const tabs = ["people", "places", "things", "matters", "organisations"] as const;
export type Tab = (typeof tabs)[number];

export const sideViews = ["grids", "coverage", "query"] as const;
export type SideView = (typeof sideViews)[number];

/** What the view of coverage is used for: read the answer, try changes, find sites. */
export const tools = ["answer", "trial", "siting"] as const;
export type Tool = (typeof tools)[number];

export const layerGroups = [
  "grids",
  "labels",
  "communities",
  "buildings",
  "roads",
  "facilities",
  "places",
] as const;
export type LayerGroup = (typeof layerGroups)[number];

export interface Camera {
  zoom: number;
  latitude: number;
  longitude: number;
  bearing: number;
}

/** All that a link to this page carries. */
export interface View {
  camera: Camera | null;
  view: SideView;
  tool: Tool;
  /** Answers about coverage and about sites, by number. */
  study: number | null;
  siting: number | null;
  norm: string | null;
  changes: readonly Change[];
  /** What is asked, and where; null: nothing is said. */
  layer: QueryLayer;
  where: Where | null;
  district: string | null;
  grid: string | null;
  tab: Tab;
  hidden: BandPosition[];
  off: LayerGroup[];
  language: Language | null;
}

export const plainView: View = {
  camera: null,
  view: "grids",
  tool: "answer",
  study: null,
  siting: null,
  norm: null,
  changes: [],
  layer: "buildings",
  where: null,
  district: null,
  grid: null,
  tab: "people",
  hidden: [],
  off: [],
  language: null,
};

/** Read a view from the part of an address after `#`. What is missing or malformed takes its plain value. */
export function readHash(hash: string): View {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  return {
    camera: readCamera(words.get("at")),
    view: oneOf(sideViews, words.get("view")) ?? plainView.view,
    tool: oneOf(tools, words.get("tool")) ?? plainView.tool,
    study: readNumber(words.get("study")),
    siting: readNumber(words.get("siting")),
    norm: words.get("norm") || null,
    changes: readChanges(words.get("try")),
    layer: oneOf(queryLayers, words.get("of")) ?? plainView.layer,
    where: readWhere(words.get("in")),
    district: words.get("district") || null,
    grid: words.get("grid") || null,
    tab: oneOf(tabs, words.get("tab")) ?? plainView.tab,
    hidden: someOf(bandPositions, words.get("hide")),
    off: someOf(layerGroups, words.get("off")),
    language: oneOf(languages, words.get("lang")),
  };
}

/** Write a view as the part of an address after `#`; plain values are left out. */
export function writeHash(view: View): string {
  const parts: [string, string][] = [];
  if (view.camera) parts.push(["at", cameraWords(view.camera)]);
  if (view.view !== plainView.view) parts.push(["view", view.view]);
  if (view.view === "coverage") parts.push(...coverageParts(view));
  if (view.view === "query") parts.push(...queryParts(view));
  if (view.district) parts.push(["district", view.district]);
  if (view.grid) parts.push(["grid", view.grid]);
  if (view.grid && view.tab !== plainView.tab) parts.push(["tab", view.tab]);
  if (view.hidden.length) parts.push(["hide", view.hidden.join(",")]);
  if (view.off.length) parts.push(["off", view.off.join(",")]);
  if (view.language) parts.push(["lang", view.language]);
  return parts.map(([name, value]) => `${name}=${encode(value)}`).join("&");
}

/** What the view of coverage shows. */
function coverageParts({ tool, study, siting, norm, changes }: View): [string, string][] {
  const parts: [string, string | null][] = [
    ["tool", tool === plainView.tool ? null : tool],
    ["study", study?.toString() ?? null],
    ["norm", norm],
    ["siting", tool === "siting" ? (siting?.toString() ?? null) : null],
    ["try", tool === "trial" ? writeChanges(changes) || null : null],
  ];
  return parts.filter((part): part is [string, string] => part[1] !== null);
}

function queryParts({ layer, where }: View): [string, string][] {
  const words = where ? writeWhere(where) : "";
  return [["of", layer], ...(words ? ([["in", words]] as [string, string][]) : [])];
}

/**
 * Whether a view is another place to come back to, and not the same one seen otherwise. That something was found where
 * nothing had been asked for is no step of the reader.
 */
export function isElsewhere(before: View, after: View): boolean {
  const isFilledIn = (one: unknown, other: unknown) => one !== other && one !== null;
  return (
    before.view !== after.view ||
    before.tool !== after.tool ||
    before.grid !== after.grid ||
    isFilledIn(before.district, after.district) ||
    (after.view === "coverage" &&
      (["study", "siting", "norm"] as const).some((name) => isFilledIn(before[name], after[name])))
  );
}

function encode(value: string): string {
  return encodeURIComponent(value).replace(/%(2F|2C|3A|3B)/g, decodeURIComponent);
}

function readNumber(words: string | null): number | null {
  const number = Number(words);
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}

function cameraWords({ zoom, latitude, longitude, bearing }: Camera): string {
  const words = [zoom.toFixed(2), latitude.toFixed(5), longitude.toFixed(5)];
  if (Math.round(bearing) !== 0) words.push(String(Math.round(bearing)));
  return words.join("/");
}

function readCamera(words: string | null): Camera | null {
  if (!words) return null;
  const [zoom, latitude, longitude, bearing = 0] = words.split("/").map(Number);
  if (zoom === undefined || latitude === undefined || longitude === undefined) return null;
  const isOnEarth = Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180 && zoom >= 0 && zoom <= 24;
  return isOnEarth && Number.isFinite(bearing) ? { zoom, latitude, longitude, bearing } : null;
}

function oneOf<Word extends string>(words: readonly Word[], word: string | null): Word | null {
  return words.find((known) => known === word) ?? null;
}

function someOf<Word extends string>(words: readonly Word[], list: string | null): Word[] {
  const asked = new Set(list?.split(",") ?? []);
  return words.filter((word) => asked.has(word));
}
