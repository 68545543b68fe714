import type { BandPosition } from "../api/types";
import type { Shade } from "../state/coverageDifference";

export type Theme = "light" | "dark";

/** Colours of the map. Band colours keep apart for colour-blind readers; a test holds the distances. */
export interface Palette {
  background: string;
  band: Record<BandPosition, string>;
  /** Ink of the pattern that repeats the band's meaning without colour. */
  bandInk: Record<BandPosition, string>;
  /** Homes by how well they are served, or by what changed. */
  shade: Record<Shade, string>;
  gap: string;
  green: string;
  water: string;
  rail: string;
  wall: string;
  building: string;
  buildingOpacity: number;
  roadCasing: string;
  road: string;
  gridCasing: string;
  gridLine: string;
  community: string;
  /** Facilities that give the service in question. */
  serving: string;
  selection: string;
  selectionHalo: string;
  /** What a query found. */
  found: string;
  text: string;
  quietText: string;
  halo: string;
}

const light: Palette = {
  background: "#f6f5f1",
  band: { under: "#4a86b8", in: "#d8e2cb", over: "#d2763c", dedicated: "#b6b6c2" },
  bandInk: { under: "#ffffff", in: "#00000000", over: "#ffffff", dedicated: "#5d6470" },
  shade: {
    met: "#7fa99b",
    uncertain: "#e8b04a",
    unmet: "#a3195b",
    unknown: "#7a8089",
    not_set: "#d3d3cc",
    gained: "#1f6fb2",
    lost: "#a3195b",
    same: "#c9c9c2",
    still: "#c9dad0",
    never: "#cf97b1",
  },
  gap: "#a3195b",
  green: "#bcd9ad",
  water: "#b9c1c4",
  rail: "#9a9a98",
  wall: "#8a8478",
  building: "#26323e",
  buildingOpacity: 0.13,
  roadCasing: "#3c424a",
  road: "#ffffff",
  gridCasing: "#fbfaf7",
  gridLine: "#5f6b77",
  community: "#2b3440",
  serving: "#10243a",
  selection: "#10243a",
  selectionHalo: "#ffffff",
  found: "#0b5cab",
  text: "#1f2933",
  quietText: "#5c5a55",
  halo: "#fbfaf7",
};

const dark: Palette = {
  background: "#15191e",
  band: { under: "#4c9bd6", in: "#39463f", over: "#e58a4b", dedicated: "#5a5e6e" },
  bandInk: { under: "#10243a", in: "#00000000", over: "#3a1d08", dedicated: "#b4bdc7" },
  shade: {
    met: "#3f6f62",
    uncertain: "#d99a2b",
    unmet: "#ff7ab6",
    unknown: "#737b86",
    not_set: "#363d45",
    gained: "#2f74bd",
    lost: "#ff7ab6",
    same: "#4b535c",
    still: "#2b403a",
    never: "#8c4f6d",
  },
  gap: "#ff7ab6",
  green: "#2c4429",
  water: "#3a444c",
  rail: "#5a6068",
  wall: "#6b675e",
  building: "#e6eaee",
  buildingOpacity: 0.1,
  roadCasing: "#0b0e11",
  road: "#414a54",
  gridCasing: "#15191e",
  gridLine: "#8793a0",
  community: "#c8d0d9",
  serving: "#10243a",
  selection: "#ffffff",
  selectionHalo: "#10243a",
  found: "#7fc0ff",
  text: "#eef1f4",
  quietText: "#a9b2bc",
  halo: "#15191e",
};

export const palettes: Record<Theme, Palette> = { light, dark };
