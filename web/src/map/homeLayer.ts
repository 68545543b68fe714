import type { Map as MapLibre } from "maplibre-gl";
import type { Effect, Home, Verdict } from "../api/types";
import type { Shade } from "../state/coverageDifference";
import { PointedFeatures } from "./pointedFeatures";

export interface ShownHomes {
  homes: readonly Home[];
  /** How each of them is drawn. */
  shades: readonly Shade[];
  /** Kinds of facilities that give the service. */
  kinds: readonly string[];
}

export interface HoveredHome {
  name: string | null;
  households: number | null;
  facility: string | null;
  metres: number | null;
  verdict: Verdict;
  reason: string | null;
  /** What becomes of it by what is tried. */
  effect?: Effect | "";
  metres_before?: number | null;
  metres_after?: number | null;
}

/** Homes of the coverage view on the map. */
export class HomeLayer extends PointedFeatures {
  private shown: ShownHomes | null = null;

  constructor(map: MapLibre) {
    super(map, { shapes: "homes", middles: "home-points", touchable: ["home-fill", "home-dot"] });
  }

  show(shown: ShownHomes | null): void {
    if (shown === this.shown) return;
    this.shown = shown;
    const homes = shown?.homes ?? [];
    this.draw(
      homes.map(({ geometry, properties }, place) => ({ geometry, properties: { ...properties, shade: shown?.shades[place] } })),
    );
    this.map.setFilter("facility-serving", ["in", ["get", "kind"], ["literal", [...(shown?.kinds ?? [])]]]);
  }

  /** A new style has empty sources. */
  forget(): void {
    this.shown = null;
  }
}
