import type { Bounds } from "./types";

/** Where features of a layer changed; layers are named as the collections, boxes are in degrees. */
export interface LayerChange {
  layer: string;
  bbox: Bounds;
}

/** What was changed by whomever; null: it is not known, so anything may have been. */
export type News = readonly LayerChange[] | null;

/** Milliseconds before a server that refuses is asked again, at first and at last; where it only goes away, the browser comes back by itself. */
const shortest = 10_000;
const longest = 300_000;

/** Hears of changes as the server tells them, while it is open. That it may fail is said to nobody: the page works without. */
export class NewsStream {
  private readonly tell: (news: News) => void;
  private source: EventSource | null = null;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private pause = shortest;
  /** Whether there was a time in which nothing was heard. */
  private hasGap = false;

  constructor(tell: (news: News) => void) {
    this.tell = tell;
  }

  open(): void {
    this.close();
    const source = new EventSource("/api/v1/changes");
    source.addEventListener("open", () => this.begin());
    source.addEventListener("change", ({ data }: MessageEvent<string>) => {
      this.tell((JSON.parse(data) as { changes: LayerChange[] }).changes);
    });
    source.addEventListener("error", () => this.lose(source));
    this.source = source;
  }

  close(): void {
    clearTimeout(this.waiting);
    this.source?.close();
    this.source = null;
  }

  /** Nothing is heard from now on, until it is opened. */
  rest(): void {
    this.hasGap = true;
    this.close();
  }

  private begin(): void {
    this.pause = shortest;
    if (this.hasGap) this.tell(null);
    this.hasGap = false;
  }

  private lose(source: EventSource): void {
    this.hasGap = true;
    if (source.readyState !== EventSource.CLOSED) return;
    this.waiting = setTimeout(() => this.open(), this.pause);
    this.pause = Math.min(2 * this.pause, longest);
  }
}
