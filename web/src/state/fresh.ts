import { fetchGridCard, fetchGridsOf, fetchOverview } from "../api/client";
import type { News } from "../api/news";
import { loaded } from "./loaded";
import { readNews } from "./news";
import { oneAtATime } from "./oneAtATime";
import { goHome, loadOverview, state } from "./store";

/** Layers whose features the lists count, and those that a card tells of beside them. */
const counted = ["areas", "grids", "buildings", "cells"];
const carded = [...counted, "places", "facilities", "organisations"];

/** Milliseconds between two readings of the same, however much changes. */
const rest = 1000;

const freshenLists = oneAtATime(readLists, rest);
const freshenCard = oneAtATime(readCard, rest);

/** Read lists and card again when others change what they tell; what cannot be read stays as it is. */
export function keepFresh(): void {
  readNews((news) => {
    if (concerns(news, counted)) void freshenLists();
    if (concerns(news, carded)) void freshenCard();
  });
}

function concerns(news: News, layers: readonly string[]): boolean {
  return news === null || news.some(({ layer }) => layers.includes(layer));
}

async function readLists(): Promise<void> {
  if (state.overview.state !== "here") return loadOverview();
  const found = await loaded(fetchOverview());
  if (found.state !== "here") return;
  state.overview = found;
  if (!state.isPlaced) goHome();
  await readGrids();
}

/** Grids of the open community are read again, those of folded ones when they are unfolded. */
async function readGrids(): Promise<void> {
  const { community, grids } = state;
  state.grids = Object.fromEntries(Object.entries(grids).filter(([code]) => code === community));
  if (community === null || !(community in grids)) return;
  const found = await loaded(fetchGridsOf(community));
  if (found.state === "here") state.grids[community] = found;
}

/** A grid that is gone is told; any other refusal may pass. */
async function readCard(): Promise<void> {
  const { grid } = state;
  if (grid === null) return;
  const found = await loaded(fetchGridCard(grid));
  if (state.grid !== grid) return;
  if (found.state === "here" || (found.state === "refused" && found.status === 404)) state.card = found;
}
