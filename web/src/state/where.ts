import type { Point } from "../api/types";
import { ringOf } from "../geo/ring";

export const ways = ["shape", "place", "around"] as const;

/** Where somebody asks: in a shape that is drawn, in a place that has a code, or around a point. Degrees, WGS 84. */
export type Where =
  | { way: "shape"; corners: readonly Point[] }
  | { way: "place"; code: string }
  | { way: "around"; point: Point | null; metres: number; by: By };
export type Way = Where["way"];

/** Straight on the ground, or on foot along the ways. */
export const bys = ["ground", "network"] as const;
export type By = (typeof bys)[number];

/** More corners than these make an address too long to be passed on. */
export const mostCorners = 60;
export const nearestMetres = 10;
/** As far as the server answers. */
export const farthestMetres: Record<By, number> = { ground: 50_000, network: 3_000 };

export const nowhere: Where = { way: "shape", corners: [] };

/** Whether enough is said of a place to ask about it. */
export function isWhole(where: Where): boolean {
  if (where.way === "shape") return where.corners.length >= 3;
  return where.way === "place" ? where.code !== "" : where.point !== null;
}

/** A place as words of an address, such as `around:120.15,30.28,500,ground`; empty where nothing is said yet. */
export function writeWhere(where: Where): string {
  if (where.way === "place") return `place:${where.code}`;
  if (where.way === "shape") return where.corners.length ? `shape:${where.corners.map(pointWords).join(";")}` : "";
  return where.point ? `around:${pointWords(where.point)},${where.metres},${where.by}` : "";
}

/** Read a place from an address; null for what is missing or malformed. */
export function readWhere(words: string | null): Where | null {
  const [, way, said = ""] = words?.match(/^(\w+):(.+)$/) ?? [];
  if (way === "place") return { way, code: said };
  if (way === "shape") return readShape(said);
  return way === "around" ? readAround(said) : null;
}

function readShape(said: string): Where | null {
  const corners = said.split(";").map((corner) => readPoint(corner.split(",")));
  const isRead = corners.length <= mostCorners && corners.every((corner) => corner !== null);
  return isRead ? { way: "shape", corners } : null;
}

function readAround(said: string): Where | null {
  const [longitude, latitude, distance, by] = said.split(",");
  const point = readPoint([longitude, latitude]);
  const how = bys.find((known) => known === by);
  if (!point || !how) return null;
  return { way: "around", point, metres: bounded(Number(distance), how), by: how };
}

/** The nearest distance that the server answers; 500 m for what is no number. */
export function bounded(metres: number, by: By): number {
  if (!Number.isFinite(metres)) return 500;
  return Math.round(Math.max(nearestMetres, Math.min(farthestMetres[by], metres)));
}

/** What must be true of a feature that touches a shape, in CQL2. */
export function filterOf(corners: readonly Point[]): string {
  const ring = ringOf(corners).map(([longitude, latitude]) => `${rounded(longitude)} ${rounded(latitude)}`);
  return `S_INTERSECTS(geometry, POLYGON((${ring.join(", ")})))`;
}

function pointWords([longitude, latitude]: Point): string {
  return `${rounded(longitude)},${rounded(latitude)}`;
}

function readPoint(words: readonly (string | undefined)[]): Point | null {
  const [longitude = NaN, latitude = NaN] = words.map((word) => (word ? Number(word) : NaN));
  return words.length === 2 && Math.abs(longitude) <= 180 && Math.abs(latitude) <= 85 ? [longitude, latitude] : null;
}

/** A tenth of a metre. */
function rounded(degrees: number): number {
  return Number(degrees.toFixed(6));
}
