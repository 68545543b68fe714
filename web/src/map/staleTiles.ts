import type { Map as MapLibre } from "maplibre-gl";
import type { LayerChange } from "../api/news";
import type { Bounds } from "../api/types";
import { around, meet } from "../geo/bounds";

/** Milliseconds before a source that is loading is looked at again. */
const pause = 100;

/** Boxes around what changed, by source. */
export class Stale {
  private readonly boxes = new Map<string, Bounds>();

  note({ layer, bbox }: LayerChange): void {
    const before = this.boxes.get(layer);
    this.boxes.set(layer, before ? around(before, bbox) : bbox);
  }

  forget(layer: string): void {
    this.boxes.delete(layer);
  }

  within(view: Bounds): string[] {
    return [...this.boxes].filter(([, box]) => meet(box, view)).map(([layer]) => layer);
  }
}

/**
 * Asks again for tiles that changed, once the map looks where they did: a source keeps tiles from where it looked before.
 * A source that is loading waits, so that no older answer comes after a newer one.
 */
export class StaleTiles {
  private readonly map: MapLibre;
  private readonly stale = new Stale();
  private waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(map: MapLibre) {
    this.map = map;
    map.on("move", this.refresh);
    map.on("remove", () => clearTimeout(this.waiting));
  }

  note(changes: readonly LayerChange[]): void {
    for (const change of changes) this.stale.note(change);
    this.refresh();
  }

  private readonly refresh = (): void => {
    clearTimeout(this.waiting);
    const known = this.stale.within(this.view()).filter((layer) => this.map.getSource(layer));
    const ready = known.filter((layer) => this.map.isSourceLoaded(layer));
    for (const layer of ready) {
      this.stale.forget(layer);
      this.map.refreshTiles(layer);
    }
    if (ready.length < known.length) this.waiting = setTimeout(this.refresh, pause);
  };

  private view(): Bounds {
    const [[west, south], [east, north]] = this.map.getBounds().toArray();
    return [west, south, east, north];
  }
}
