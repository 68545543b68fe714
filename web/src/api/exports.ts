import type { Language } from "../state/url";
import { request } from "./client";
import type { operations } from "./schema";
import type { ExportAsked, Job } from "./types";

export type ExportFormat = NonNullable<
  NonNullable<operations["download_api_v1_exports__collection_id__get"]["parameters"]["query"]>["f"]
>;

export const exportLayers = [
  "grids",
  "buildings",
  "facilities",
  "areas",
  "places",
  "roads",
  "organisations",
  "cells",
] as const;
export type ExportLayer = (typeof exportLayers)[number];

/** Names of formats, which are the same in both languages, those for the office first. */
export const exportFormats: Record<ExportFormat, string> = {
  xlsx: "Excel (.xlsx)",
  csv: "CSV",
  geojson: "GeoJSON",
  gpkg: "GeoPackage (QGIS)",
  shp: "Shapefile (.zip)",
  fgb: "FlatGeobuf",
  parquet: "GeoParquet",
  geojsonseq: "GeoJSON Sequence",
  pmtiles: "PMTiles",
};

/** Formats that come as they are read, whatever their size; the others are made before they come. */
const streamed: readonly ExportFormat[] = ["csv", "geojson", "geojsonseq"];
/** Tables, whose columns are named in the reader's language. */
const tables: readonly ExportFormat[] = ["csv", "xlsx"];

export interface Wanted {
  /** Code of an area; null: all areas. */
  area: string | null;
  /** What must be true of a feature, CQL2; null: nothing. */
  filter: string | null;
  language: Language;
}

export function isStreamed(format: ExportFormat): boolean {
  return streamed.includes(format);
}

/** Where a layer is to be had at once. */
export function exportAddress(layer: ExportLayer, format: ExportFormat, { area, filter, language }: Wanted): string {
  const query = new URLSearchParams({ f: format, lang: language });
  if (tables.includes(format)) query.set("headers", language);
  if (area !== null) query.set("area", area);
  if (filter !== null) query.set("filter", filter);
  return `/api/v1/exports/${layer}?${query}`;
}

/** Let the server begin to make a file of any size. */
export function askExport(layer: ExportLayer, format: ExportFormat, { area, filter, language }: Wanted): Promise<Job> {
  const headers = tables.includes(format) ? language : null;
  const body: ExportAsked = { collection: layer, f: format, area, filter, headers };
  return request<Job>("/api/v1/exports", { method: "POST", body });
}

/** Where the file of a job is; its name is in the reader's language. */
export function fileAddress(job: string, language: Language): string {
  return `/api/v1/exports/files/${job}?lang=${language}`;
}
