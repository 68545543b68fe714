import type { operations } from "./schema";

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

/** Where a layer is to be had as a file; columns of tables are named in the reader's language. */
export function exportAddress(
  layer: ExportLayer,
  format: ExportFormat,
  { area, language }: { area: string | null; language: "zh" | "en" },
): string {
  const query = new URLSearchParams({ f: format, lang: language });
  if (format === "csv" || format === "xlsx") query.set("headers", language);
  if (area !== null) query.set("area", area);
  return `/api/v1/exports/${layer}?${query}`;
}
