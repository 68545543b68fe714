"""Real cities to divide, where their files are at hand: Bishan in Singapore by buildings, Da'an in Taipei by small areas."""

import os
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.families import Town
from benchmarks.families.houses import scaled
from gridmap.settings import REPOSITORY

FOLDER = Path(os.environ.get("GRIDMAP_SHARED_DATA") or REPOSITORY.parent / "shared" / "data")
CLASSES = {"trunk": "primary", "unclassified": "residential"}
PRIVATE = {
    ("house", "terrace", "semidetached_house", "detached"): ("Landed Properties",),
    ("residential", "apartments", "yes"): ("Condominiums and Other Apartments", "Others"),
}
"""Footprints by ``building``, and the dwellings of the official count that they hold."""
BLOCK_M2 = (200, 3_000)
"""Footprint of a nameless building of no known kind that may hold flats."""
UNTOLD = ("", "nan")
FLOORS = 2.0
"""Where they are not known."""
STAND_IN_M = 12.0


@dataclass(frozen=True, slots=True)
class Untold:
    """Which footprints of no known kind (``building=yes``) may hold private flats.

    Which rule is right is not known. That of the figures, both limits, was chosen after the results of all four had
    been seen; `real` prints them all.

    Attributes
    ----------
    only_nameless : those without a name and an amenity.
    only_blocks : those of the size of a block of flats, `BLOCK_M2`.
    """

    only_nameless: bool = True
    only_blocks: bool = True

    def chosen(self, footprints: gpd.GeoDataFrame) -> "pd.Series[bool]":
        """Tell which footprints fulfil the limits, whatever their kind."""
        is_nameless = footprints["amenity"].isin(UNTOLD) & footprints["name"].isin(UNTOLD)
        is_block = footprints.area.between(*BLOCK_M2)
        return (is_nameless | (not self.only_nameless)) & (is_block | (not self.only_blocks))


CHOSEN = Untold()
VARIANTS = tuple(Untold(nameless, blocks) for nameless in (True, False) for blocks in (True, False))


@dataclass(frozen=True, slots=True)
class Dataset:
    """A real city.

    Attributes
    ----------
    town : ``lines`` may be empty.
    cells : small areas with households, in place of buildings; None if there are none.
    drive : the lines that are driven upon.
    """

    name: str
    town: Town
    cells: gpd.GeoDataFrame | None
    drive: gpd.GeoDataFrame


def daan() -> Dataset:
    """Return 53 villages made of 1,270 small areas."""
    folder = FOLDER / "tw_taipei_daan"
    villages = gpd.read_file(folder / "villages_li_boundary.geojson").to_crs(3826)
    areas = gpd.read_file(folder / "stat_areas_with_households.geojson").to_crs(3826)
    areas = areas.rename(columns={"CODEBASE": "source_id", "H_CNT": "households"})
    villages = villages.rename(columns={"VILLCODE": "code", "VILLNAME": "name"})
    nothing = gpd.GeoDataFrame({"class": []}, geometry=[], crs=areas.crs)
    town = Town(
        villages[["code", "name", "geometry"]], gpd.GeoDataFrame({"households": []}, geometry=[]), nothing
    )
    return Dataset("Da'an", town, areas[["source_id", "households", "geometry"]], nothing)


def bishan(untold: Untold = CHOSEN) -> Dataset:
    """Return three subzones with the public and private homes of 2022.

    Public blocks have their true counts, at a 12 m square where no footprint is known. Private homes are estimates:
    floors × footprint, scaled to the official totals of each subzone, houses and flats apart.
    """
    folder = FOLDER / "sg_bishan"
    zones = gpd.read_file(folder / "subzones.geojson").to_crs(3414)
    zones = zones.rename(columns={"SUBZONE_C": "code", "SUBZONE_N": "name"})[["code", "name", "geometry"]]
    footprints = gpd.read_file(folder / "buildings_with_hdb_units_DERIVED.geojson").to_crs(3414)
    public = _stand_ins(pd.read_csv(folder / "hdb_blocks.csv"), footprints)
    private = _private_homes(
        pd.read_csv(folder / "households_by_subzone_dwelling_2022.csv"), footprints, zones, untold
    )
    footprints["households"] = footprints["total_dwelling_units"].fillna(0).astype(int) + private
    footprints["source_id"] = footprints["osm_id"].astype(str)
    buildings = pd.concat([footprints[["source_id", "households", "geometry"]], public], ignore_index=True)
    lines, drive = _lines(folder)
    return Dataset("Bishan", Town(zones, gpd.GeoDataFrame(buildings, crs=3414), lines), None, drive)


def _stand_ins(blocks: pd.DataFrame, footprints: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return squares for the public blocks with homes that no footprint was found for."""
    known = set(zip(footprints["blk_no"], footprints["street"], strict=True))
    is_lost = [key not in known for key in zip(blocks["blk_no"], blocks["street"], strict=True)]
    lost = blocks[np.array(is_lost) & (blocks["total_dwelling_units"] > 0)]
    points = gpd.GeoSeries(gpd.points_from_xy(lost["longitude"], lost["latitude"]), crs=4326).to_crs(3414)
    squares = shapely.buffer(points.to_numpy(), STAND_IN_M / 2, cap_style="square")
    table = {"source_id": ("HDB " + lost["blk_no"] + " " + lost["street"]).to_list()}
    return gpd.GeoDataFrame(
        table | {"households": lost["total_dwelling_units"].to_list()}, geometry=squares, crs=3414
    )


def _private_homes(
    official: pd.DataFrame, footprints: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, untold: Untold
) -> np.ndarray:
    """Share out the official private homes of each subzone by floors × footprint."""
    middle = gpd.GeoDataFrame(geometry=footprints.representative_point(), crs=footprints.crs)
    zone = middle.sjoin(zones, predicate="within")["index_right"].reindex(footprints.index)
    floors = pd.to_numeric(footprints["building_levels"], errors="coerce")
    built = np.where(zone.notna(), footprints.area * floors.where(floors > 0, FLOORS), 0).astype(np.int64)
    is_untold = footprints["building"] == "yes"
    may_hold_flats = untold.chosen(footprints)
    homes, place = np.zeros(len(footprints), dtype=np.int64), zone.fillna(0).to_numpy(dtype=np.int64)
    for kinds, dwellings in PRIVATE.items():
        chosen = footprints["building"].isin(kinds) & footprints["blk_no"].isna()
        chosen &= ~is_untold | may_hold_flats
        totals = official[official["TOD"].isin(dwellings)].groupby(official["SZ"].str.upper())["Hse"].sum()
        wanted = totals.reindex(zones["name"]).to_numpy(dtype=np.int64)
        homes += scaled(np.where(chosen, built, 0), place, wanted)
    return homes


def _lines(folder: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return all lines, and those of them that are driven upon."""
    drive = gpd.read_file(folder / "street_network_drive_osm.geojson")
    walk = gpd.read_file(folder / "walk_network_osm.geojson")
    walk = walk[walk["highway"].isin(["service", "footway"])]
    frames = []
    for frame in (pd.concat([drive, walk], ignore_index=True), drive):
        lines = gpd.GeoDataFrame(frame).to_crs(3414)
        lines["class"] = lines["highway"].str.removesuffix("_link").replace(CLASSES)
        frames.append(lines[["class", "geometry"]])
    return frames[0], frames[1]
