import { describe, expect, it } from "vitest";
import { exportAddress, type ExportFormat, exportFormats, isStreamed } from "./exports";

describe("the address of an export", () => {
  it("names format, area and language, and the headers of tables", () => {
    expect(exportAddress("grids", "xlsx", { area: "330102001000", filter: null, language: "zh" })).toBe(
      "/api/v1/exports/grids?f=xlsx&lang=zh&headers=zh&area=330102001000",
    );
  });
  it("names what must be true of a feature", () => {
    expect(exportAddress("roads", "geojson", { area: null, filter: "class = 'path'", language: "en" })).toBe(
      "/api/v1/exports/roads?f=geojson&lang=en&filter=class+%3D+%27path%27",
    );
  });
  it("leaves out what does not matter", () => {
    expect(exportAddress("roads", "gpkg", { area: null, filter: null, language: "en" })).toBe("/api/v1/exports/roads?f=gpkg&lang=en");
  });
});

describe("formats", () => {
  it("are streamed where they are text, and made beforehand where they are not", () => {
    const known = Object.keys(exportFormats) as ExportFormat[];
    expect(known.filter(isStreamed)).toEqual(["csv", "geojson", "geojsonseq"]);
  });
});
