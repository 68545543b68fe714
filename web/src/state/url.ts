import { bandPositions, type BandPosition } from "../api/types";

export const languages = ["zh", "en"] as const;
export type Language = (typeof languages)[number];

export const tabs = ["people", "places", "things", "matters", "organisations"] as const;
export type Tab = (typeof tabs)[number];

export const sideViews = ["grids", "coverage"] as const;
export type SideView = (typeof sideViews)[number];

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
  if (view.district) parts.push(["district", view.district]);
  if (view.grid) parts.push(["grid", view.grid]);
  if (view.grid && view.tab !== plainView.tab) parts.push(["tab", view.tab]);
  if (view.hidden.length) parts.push(["hide", view.hidden.join(",")]);
  if (view.off.length) parts.push(["off", view.off.join(",")]);
  if (view.language) parts.push(["lang", view.language]);
  return parts.map(([name, value]) => `${name}=${encode(value)}`).join("&");
}

function encode(value: string): string {
  return encodeURIComponent(value).replace(/%2F/g, "/").replace(/%2C/g, ",");
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
