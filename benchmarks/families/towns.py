"""Cities as they would be imported: tables of communities, buildings and lines."""

from dataclasses import dataclass, replace
from math import ceil, sqrt
from zlib import crc32

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.families.dirt import dirty_buildings, dirty_lines
from benchmarks.families.houses import scaled
from benchmarks.families.land import Land, Names, lay_out
from benchmarks.families.planted import Planted, plant
from benchmarks.families.recipes import Recipe
from gridmap.core.topology import Geometries, Integers

CRS = "EPSG:32658"
"""UTM 58 north; the cities lie in the open ocean near 165° E 30° N."""
COMMUNITIES_A_SUPERBLOCK = 1.8


@dataclass(frozen=True, slots=True)
class Town:
    """A city, in metres.

    Attributes
    ----------
    communities : ``code``, ``name``.
    buildings : ``source_id``, ``households``.
    lines : ``class``.
    planted : grids known to exist: ``code`` of the community, ``households``; None unless planted.
    """

    communities: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame
    planted: gpd.GeoDataFrame | None = None


def make_town(recipe: Recipe, *, communities: int, seed: int) -> Town:
    """Make a city of so many communities; the same seed makes the same city."""
    side, made = _side(recipe, communities), 0
    while made < communities:
        rng = np.random.default_rng([seed, crc32(recipe.name.encode())])
        land = lay_out(recipe, side, rng)
        planted = plant(land.faces, land.houses, rng) if recipe.is_planted else None
        land = planted.land_of(land) if planted else land
        made = int(land.community.max()) + 1
        side += 1
    codes = np.array([f"{seed % 1_000_000:06d}{number:06d}" for number in range(communities)])
    town = _town(recipe, land.first(communities), codes, rng)
    return replace(town, planted=_planted(land, planted, codes)) if planted else town


def _side(recipe: Recipe, communities: int) -> int:
    """Return how many superblocks a side so many communities are likely to take."""
    if recipe.superblocks:
        return recipe.superblocks * ceil(sqrt(communities))
    return ceil(sqrt(communities / COMMUNITIES_A_SUPERBLOCK))


def _town(recipe: Recipe, land: Land, codes: Names, rng: np.random.Generator) -> Town:
    table = {"code": codes, "name": [f"Community {number}" for number in range(len(codes))]}
    communities = gpd.GeoDataFrame(table, geometry=_joined(land.faces, land.community, len(codes)), crs=CRS)
    buildings, lines = _buildings(recipe, land, len(codes), rng), _lines(recipe, land, communities)
    if recipe.is_dirty:
        buildings, lines = dirty_buildings(buildings, lines, rng), dirty_lines(lines, rng)
    return Town(communities, buildings, lines)


def _joined(faces: Geometries, label: Integers, count: int) -> Geometries:
    """Join the faces of each label."""
    order = np.argsort(label, kind="stable")
    bounds = np.searchsorted(label[order], np.arange(count + 1))
    parts = [shapely.coverage_union_all(faces[order[bounds[k] : bounds[k + 1]]]) for k in range(count)]
    return np.array(parts, dtype=object)


def _buildings(recipe: Recipe, land: Land, communities: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    households = land.houses.households
    if recipe.total:
        wanted = rng.integers(*recipe.total, communities, endpoint=True)
        households = scaled(households, land.community[land.houses.compound], wanted)
    names = [f"b{number:06d}" for number in range(len(households))]
    return gpd.GeoDataFrame(
        {"source_id": names, "households": households}, geometry=land.houses.shapes, crs=CRS
    )


def _lines(recipe: Recipe, land: Land, communities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the lines that meet a community, with a lane that ends inside every compound where there are such."""
    shapes, classes = land.lines, land.classes
    if recipe.has_cul_de_sacs:
        lanes = _lanes(land.faces)
        shapes, classes = (
            np.concatenate([shapes, lanes]),
            np.concatenate([classes, ["residential"] * len(lanes)]),
        )
    area = shapely.union_all(communities.geometry.to_numpy())
    shapely.prepare(area)
    near = shapely.intersects(area, shapes)
    return gpd.GeoDataFrame({"class": classes[near]}, geometry=shapes[near], crs=CRS)


def _lanes(faces: Geometries) -> Geometries:
    """Return a lane from the border of each face to near its middle."""
    middle = shapely.point_on_surface(faces)
    return np.asarray(shapely.shortest_line(shapely.boundary(faces), middle))


def _planted(land: Land, planted: Planted, codes: Names) -> gpd.GeoDataFrame:
    known = planted.community_of_grid < len(codes)
    grids = _joined(land.faces, planted.grid, len(known))[known]
    table = {"code": codes[planted.community_of_grid[known]], "households": planted.households[known]}
    return gpd.GeoDataFrame(table, geometry=grids, crs=CRS)
