import type { Point } from "../api/types";

export const siteLooks = [
  "standing",
  "closed",
  "opened",
  "moved",
  "gate-open",
  "gate-shut",
  "gate-opened",
  "gate-closed",
  "chosen",
  "corner",
] as const;
export type SiteLook = (typeof siteLooks)[number];

/** A facility, a gate, a chosen site or the corner of a shape on the map. */
export interface Site {
  key: string;
  look: SiteLook;
  name: string;
  point: Point;
  /** Where it stood before it was moved. */
  from?: Point;
  /** Written on it. */
  number?: string;
  canMove: boolean;
}

export interface ShownSites {
  sites: readonly Site[];
  /** A click on free ground places one more. */
  canPlace: boolean;
  pointed: string | null;
}
