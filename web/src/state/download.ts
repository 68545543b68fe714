import { computed, shallowReactive } from "vue";
import {
  askExport,
  exportAddress,
  type ExportFormat,
  exportFormats,
  type ExportLayer,
  fileAddress,
  isStreamed,
  type Wanted,
} from "../api/exports";
import type { Job, JobFile } from "../api/types";
import { formatBytes, language, t } from "../i18n";
import { follow } from "./job";
import { openedMenu } from "./layout";
import { loaded, type Refused } from "./loaded";
import { shape } from "./query";
import { district, state } from "./store";
import { filterOf } from "./where";

/** What is downloaded: the district that is looked at, the shape that was drawn, or everything. */
export type Range = "district" | "drawn" | "all";

/** All state of downloading. The menu reads it and calls the functions below; only they change it. */
export const download = shallowReactive({
  layer: "grids" as ExportLayer,
  format: "xlsx" as ExportFormat,
  range: "district" as Range,
  /** From the moment a file is asked for until it is here, or it is known that there is none. */
  isBusy: false,
  job: null as Job | null,
  /** The job whose file was saved last. */
  saved: null as Job | null,
  /** The last work was stopped before there was a file. */
  isStopped: false,
  refusal: null as Refused | null,
});

/** The range that holds: a shape may be gone again. */
export const range = computed<Range>(() => (download.range === "drawn" && !shape.value ? "district" : download.range));
const wanted = computed<Wanted>(() => ({
  area: range.value === "district" ? (district.value?.code ?? null) : null,
  filter: range.value === "drawn" && shape.value ? filterOf(shape.value) : null,
  language: language.value,
}));

/** Where to go for what is chosen; null: it is a file to be made. */
export const link = computed(() =>
  isStreamed(download.format) ? exportAddress(download.layer, download.format, wanted.value) : null,
);
export const savedLink = computed(() => (download.saved ? fileAddress(download.saved.id, language.value) : null));

/** Open the menu with a layer in the shape that was drawn. */
export function offerDrawn(layer: ExportLayer): void {
  Object.assign(download, { layer, range: "drawn" });
  openedMenu.value = "download";
}

/** Let the file be made that is chosen, follow the work, and save it. */
export async function makeFile(): Promise<void> {
  if (download.isBusy) return;
  Object.assign(download, { isBusy: true, isStopped: false, saved: null, refusal: null });
  const begun = await loaded(askExport(download.layer, download.format, wanted.value));
  const done = begun.state === "here" ? await follow(begun.thing, (job) => (download.job = job)) : begun;
  download.job = null;
  if (done.state === "refused") download.refusal = done;
  else if (done.state === "here") finish(done.thing);
  download.isBusy = false;
}

function finish(job: Job): void {
  download.isStopped = job.file === null;
  state.said = job.file ? t("download.saved", { what: describeFile(job.file) }) : t("download.stopped");
  if (!job.file) return;
  download.saved = job;
  save(fileAddress(job.id, language.value));
}

/** Begin a download without leaving the page, also where the address refuses. */
function save(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

/** A file in a few words: what, in which form, how large. */
export function describeFile({ layer, format, bytes }: JobFile): string {
  return t("download.size", {
    layer: t(`download.${layer as ExportLayer}`),
    format: exportFormats[format as ExportFormat],
    size: formatBytes(bytes),
  });
}
