import { computed, reactive } from "vue";
import { fetchGridAt, fetchGridCard, fetchGridsOf, fetchOverview } from "../api/client";
import type { QueryLayer } from "../api/query";
import type {
  BandPosition,
  Bounds,
  Community,
  District,
  GridCard,
  GridFeature,
  Overview,
  Point,
  SearchResult,
} from "../api/types";
import { contains } from "../geo/bounds";
import { formatCount, language, t } from "../i18n";
import { type Change, writeChanges } from "./changes";
import { type Loaded, loaded } from "./loaded";
import { extended, present, trailFrom } from "./trail";
import { type Camera, type LayerGroup, plainView, type SideView, type Tab, type Tool } from "./url";
import { nowhere, type Where } from "./where";

/** All state of the page. Panels read it and call the functions below; only they change it. */
export const state = reactive({
  overview: { state: "waiting" } as Loaded<Overview>,
  view: plainView.view as SideView,
  tool: plainView.tool as Tool,
  /** The answers that are looked at, by number, and the norm of the service. */
  study: null as number | null,
  siting: null as number | null,
  norm: null as string | null,
  /** What is tried with facilities and gates. */
  trail: trailFrom<readonly Change[]>([]),
  /** What is asked about, and where. */
  layer: plainView.layer as QueryLayer,
  where: trailFrom<Where>(nowhere),
  district: null as string | null,
  community: null as string | null,
  /** Grids of communities that were opened, by community code. */
  grids: {} as Record<string, Loaded<GridFeature[]>>,
  grid: null as string | null,
  card: { state: "waiting" } as Loaded<GridCard>,
  tab: plainView.tab as Tab,
  hidden: [] as BandPosition[],
  off: [] as LayerGroup[],
  camera: null as Camera | null,
  /** Corners of what the map shows beside the panels. */
  frame: null as Point[] | null,
  /** Id of the grid that the list points at, drawn on the map as if hovered. */
  pointed: null as number | null,
  /** Whether a link, a choice or a first look has said where the map should be. */
  isPlaced: false,
  /** Read out to people who do not see the map. */
  said: "",
});

/** Wishes for the map's camera; the map fulfils and forgets them. */
export const wishes = reactive({
  fit: null as Bounds | null,
  point: null as Point | null,
  camera: null as Camera | null,
});

export const districts = computed<District[]>(() =>
  state.overview.state === "here" ? state.overview.thing.districts : [],
);
export const district = computed<District | null>(
  () => districts.value.find(({ code }) => code === state.district) ?? districts.value[0] ?? null,
);
/** The district in the middle of the map, or else the chosen one: whose sources are to be named. */
export const seenDistrict = computed<District | null>(() => {
  const { camera } = state;
  return (camera && districtAt([camera.longitude, camera.latitude])) ?? district.value;
});
export const band = computed(() =>
  state.overview.state === "here" ? state.overview.thing.band : { minimum: 300, maximum: 500 },
);
/** Communities of which it is proved that no division puts every grid within the band. */
export const impossible = computed<Community[]>(() =>
  districts.value.flatMap(({ communities_list }) =>
    communities_list.filter(({ verdict }) => verdict === "infeasible"),
  ),
);

export async function loadOverview(): Promise<void> {
  state.overview = { state: "waiting" };
  state.overview = await loaded(fetchOverview());
  if (state.card.state === "here") follow(state.card.thing);
  if (!state.isPlaced) goHome();
  openOnlyCommunity();
}

/** Show a whole district. */
export function chooseDistrict(code: string): void {
  state.district = code;
  state.community = null;
  goHome();
  openOnlyCommunity();
}

/** A district of one community shows its grids at once. */
function openOnlyCommunity(): void {
  const [only, ...others] = district.value?.communities_list ?? [];
  if (!only || others.length > 0) return;
  state.community = only.code;
  void loadGrids(only);
}

export function goHome(): void {
  if (!district.value) return;
  state.isPlaced = true;
  wishes.fit = [...district.value.bbox];
}

/** Open or fold the list of a community's grids; opening also shows it on the map. */
export function toggleCommunity(community: Community): void {
  state.community = state.community === community.code ? null : community.code;
  if (!state.community) return;
  wishes.fit = [...community.bbox];
  void loadGrids(community);
}

export async function loadGrids(community: Community): Promise<void> {
  if (state.grids[community.code]?.state === "here") return;
  state.grids[community.code] = { state: "waiting" };
  state.grids[community.code] = await loaded(fetchGridsOf(community.code));
}

let pending: AbortController | null = null;

/** Open the card of a grid; with `show` the map goes there too. */
export async function openGrid(code: string, { show = false } = {}): Promise<void> {
  pending?.abort();
  pending = new AbortController();
  const { signal } = pending;
  state.grid = code;
  state.card = { state: "waiting" };
  const card = await loaded(fetchGridCard(code, signal));
  if (signal.aborted) return;
  state.card = card;
  if (card.state !== "here") return;
  follow(card.thing);
  if (show) wishes.fit = [...card.thing.bbox];
  state.said = t("grid.status", {
    code,
    households: formatCount(card.thing.people.households),
    band: t(`band.${positionOf(card.thing)}`),
  });
}

export function closeGrid(): void {
  if (!state.grid) return;
  pending?.abort();
  state.grid = null;
  state.card = { state: "waiting" };
  state.said = t("grid.closed");
}

/** Look at the grids, at who is served by what, or at what lies where. */
export function showView(view: SideView): void {
  state.view = view;
  if (view !== "grids") closeGrid();
}

/** Try other changes; the step can be taken back. */
export function setChanges(changes: readonly Change[]): void {
  const words = writeChanges(changes);
  if (words !== writeChanges(present(state.trail))) state.trail = extended(state.trail, changes);
}

export function toggleBand(position: BandPosition): void {
  state.hidden = toggled(state.hidden, position);
}

export function toggleLayer(group: LayerGroup): void {
  state.off = toggled(state.off, group);
}

/** Where a grid lies against the band. */
export function positionOf(grid: Pick<GridCard, "kind" | "band" | "people">): BandPosition {
  if (grid.kind === "dedicated") return "dedicated";
  return bandPosition(grid.people.households);
}

/** The same for a grid of the list. */
export function featurePosition({ properties }: GridFeature): BandPosition {
  return properties.kind === "dedicated" ? "dedicated" : bandPosition(properties.households);
}

/** The last part of a code: `001` of `330106001001001` and of `BISHAN-001`. */
export function shortCode(code: string): string {
  return code.slice(-3);
}

/** A district's name in the language of the page, where it has one. */
export function districtName({ name, name_en }: Pick<District, "name" | "name_en">): string {
  return language.value === "en" && name_en ? name_en : name;
}

/** A grid's own name, or its number where the name is only the code again. */
export function gridName({ name, code }: { name?: string | null; code: string }): string {
  return name && name !== code ? name : `${t("grid.one")} ${shortCode(code)}`;
}

/** Go to what a search found: open a grid's card, show anything else. */
export function showResult(result: SearchResult): void {
  if (result.type === "grid") {
    void openGrid(result.code, { show: true });
    return;
  }
  const home = districtAt(result.point);
  if (home) state.district = home.code;
  const community = home?.communities_list.find(({ code }) => code === result.code);
  if (community && state.community !== community.code) toggleCommunity(community);
  else if (result.type === "area" || result.type === "road") wishes.fit = [...result.bbox];
  else wishes.point = [...result.point];
  if (result.type === "building" && state.view === plainView.view) void openGridAt(result.point);
}

/** Open the card of the grid that a point lies in, if any: who searches for an address asks for it. */
async function openGridAt(point: Point): Promise<void> {
  const found = await loaded(fetchGridAt(point));
  if (found.state === "here" && found.thing !== null) await openGrid(found.thing);
}

export function bandPosition(households: number | null): BandPosition {
  if (households === null || households < band.value.minimum) return "under";
  return households > band.value.maximum ? "over" : "in";
}

/** The district a point lies in, when it is one we know. */
export function districtAt(point: Point): District | null {
  return districts.value.find(({ bbox }) => contains(bbox, point)) ?? null;
}

/** Let district and list follow the grid that is open. */
function follow(card: GridCard): void {
  for (const known of districts.value) {
    const home = known.communities_list.find(({ code }) => code === card.community.code);
    if (!home) continue;
    state.district = known.code;
    state.community = home.code;
    void loadGrids(home);
  }
}

function toggled<Item>(items: Item[], item: Item): Item[] {
  return items.includes(item) ? items.filter((kept) => kept !== item) : [...items, item];
}
