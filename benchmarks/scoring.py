"""Score a division from its polygons and the buildings alone, knowing nothing of how it was made."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from gridmap.core.model import Band, LineClass
from gridmap.core.topology import Booleans, Floats, Geometries, Integers

EDGE_M = 0.02
"""Metres along the border of a community by which grids may leave it: rounding."""
CUT_M2, CUT_SHARE = 2.0, 0.05
"""A building is cut if more than this area, and more than this share of it, is outside its grid."""
STEP_M = 1.0
ROAD, WEAK = 2, 1
STRENGTHS = dict.fromkeys(LineClass, ROAD) | dict.fromkeys(
    (LineClass.SERVICE, LineClass.FOOTWAY, LineClass.STEPS, LineClass.WALL), WEAK
)


@dataclass(frozen=True, slots=True)
class Score:
    """How good the grids of many communities are.

    Attributes
    ----------
    households : shape (g,), of the buildings whose point lies in each grid.
    in_band : shape (c,), every general grid of the community is in the band, and there is one.
    gap_m2, overlap_m2 : shape (c,), of the community that no grid covers, and that several do.
    multipart : grids of several pieces.
    cut : buildings with households that a grid line cuts.
    lost : households inside a community and in none of its grids.
    is_coverage : all grids together are a valid coverage.
    polsby_popper : shape (g,), 4·π·area/perimeter².
    on_roads, on_lines : shares of the border between grids of one community.
    weighted_m : 1 a metre on roads, 2 on walls and the like, 5 elsewhere.
    """

    households: Integers
    in_band: Booleans
    gap_m2: Floats
    overlap_m2: Floats
    multipart: int
    cut: int
    lost: int
    is_coverage: bool
    polsby_popper: Floats
    on_roads: float
    on_lines: float
    weighted_m: float

    def faults(self, slack_m2: Floats) -> int:
        """Return how many hard rules are broken: pieces, cuts, lost households, gaps and overlaps beyond the slack."""
        leaks = int((self.gap_m2 > slack_m2).sum() + (self.overlap_m2 > slack_m2).sum())
        return self.multipart + self.cut + self.lost + leaks + (not self.is_coverage)


def slack(communities: gpd.GeoDataFrame) -> Floats:
    """Return the square metres that rounding may leave uncovered, or cover twice, in each community."""
    return np.maximum(1.0, EDGE_M * communities.geometry.length.to_numpy())


def score(
    grids: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    lines: gpd.GeoDataFrame,
    *,
    band: Band | None = None,
    reach_m: float = 0.5,
) -> Score:
    """Score grids.

    Parameters
    ----------
    grids : ``code`` of the community, optionally ``kind``: dedicated grids may be outside the band.
    buildings : ``households``; a null counts as 0.
    lines : ``class``.
    reach_m : a border this near a line lies on it.
    """
    shapes, towns, band = grids.geometry.to_numpy(), communities.geometry.to_numpy(), band or Band()
    town = communities.set_index("code").index.get_indexer(grids["code"])
    homes = _homes(shapes, town, towns, buildings[buildings["households"].fillna(0) > 0])
    gap, overlap = _leaks(shapes, town, towns)
    road, weak, inner = _border_metres(shapes, towns[town], lines, reach_m)
    whole = max(road + weak + inner, 1e-9)
    return Score(
        households=homes.households,
        in_band=_in_band(grids, homes.households, town, len(towns), band),
        gap_m2=gap,
        overlap_m2=overlap,
        multipart=int((shapely.get_num_geometries(shapes) != 1).sum()),
        cut=homes.cut,
        lost=homes.lost,
        is_coverage=bool(shapely.coverage_is_valid(shapes)),
        polsby_popper=4 * np.pi * shapely.area(shapes) / shapely.length(shapes) ** 2,
        on_roads=road / whole,
        on_lines=(road + weak) / whole,
        weighted_m=road + 2 * weak + 5 * inner,
    )


def _in_band(
    grids: gpd.GeoDataFrame, households: Integers, town: Integers, towns: int, band: Band
) -> Booleans:
    """Tell which communities have every grid in the band; grids in which nobody lives may be dedicated."""
    inside = (households >= band.minimum) & (households <= band.maximum)
    special = (
        (grids["kind"].to_numpy() == "dedicated") & (households == 0) if "kind" in grids else ~inside & inside
    )
    some = np.bincount(town[inside], minlength=towns) > 0
    return np.asarray(some & (np.bincount(town[~inside & ~special], minlength=towns) == 0))


@dataclass(frozen=True, slots=True)
class _Homes:
    """Households by grid, buildings that grid lines cut, and households in no grid of their community."""

    households: Integers
    cut: int
    lost: int


def _homes(grids: Geometries, town: Integers, towns: Geometries, buildings: gpd.GeoDataFrame) -> _Homes:
    """Put each building, or the part of it inside its community, into the grid that holds a point on it."""
    home_town, parts = _inside(shapely.make_valid(buildings.geometry.to_numpy()), towns)
    kept = home_town >= 0
    parts, home_town = parts[kept], home_town[kept]
    households = buildings["households"].to_numpy(dtype=np.int64)[kept]
    point, grid = shapely.STRtree(grids).query(shapely.point_on_surface(parts), predicate="intersects")
    own = town[grid] == home_town[point]
    home = np.full(len(parts), -1)
    home[point[own]] = grid[own]
    held = home >= 0
    shapely.prepare(grids)
    doubtful = np.flatnonzero(held)[~shapely.covers(grids[home[held]], parts[held])]
    areas = shapely.area(parts[doubtful])
    outside = areas - shapely.area(shapely.intersection(parts[doubtful], grids[home[doubtful]]))
    return _Homes(
        np.bincount(home[held], households[held], minlength=len(grids)).astype(np.int64),
        int((outside > np.maximum(CUT_M2, CUT_SHARE * areas)).sum()),
        int(households[~held].sum()),
    )


def _inside(shapes: Geometries, towns: Geometries) -> tuple[Integers, Geometries]:
    """Return the community that holds the larger part of each shape, -1 if none does, and that part."""
    tree = shapely.STRtree(towns)
    home, parts = np.full(len(shapes), -1), shapes.copy()
    shape, found = tree.query(shapes, predicate="within")
    home[shape] = found
    across = np.flatnonzero(home < 0)
    shape, found = tree.query(shapes[across], predicate="intersects")
    pieces = shapely.intersection(shapes[across[shape]], towns[found])
    order = np.argsort(shapely.area(pieces), kind="stable")
    order = order[shapely.area(pieces[order]) >= 0.5 * shapely.area(shapes[across[shape[order]]])]
    home[across[shape[order]]] = found[order]
    parts[across[shape[order]]] = pieces[order]
    return home, parts


def _leaks(grids: Geometries, town: Integers, towns: Geometries) -> tuple[Floats, Floats]:
    """Return the area that no grid covers, and that several cover, of each community."""
    order = np.argsort(town, kind="stable")
    bounds = np.searchsorted(town[order], np.arange(len(towns) + 1))
    united = np.array(
        [shapely.union_all(grids[order[bounds[k] : bounds[k + 1]]]) for k in range(len(towns))], dtype=object
    )
    summed = np.bincount(town, shapely.area(grids), minlength=len(towns))
    return shapely.area(shapely.difference(towns, united)), summed - shapely.area(united)


def _border_metres(
    grids: Geometries, own_town: Geometries, lines: gpd.GeoDataFrame, reach_m: float
) -> tuple[float, float, float]:
    """Return the metres between grids of one community: on roads, on weaker lines, and on nothing."""
    start, end, grid = _sides(grids)
    shapely.prepare(outlines := shapely.boundary(own_town))
    middle = shapely.points((start + end) / 2)
    inner = ~shapely.dwithin(outlines[grid], middle, EDGE_M)
    points, metres = _samples(start[inner], end[inner])
    strength = lines["class"].map(STRENGTHS).to_numpy()
    shapes = lines.geometry.to_numpy()
    road = _near(points, shapes[strength == ROAD], reach_m)
    weak = ~road & _near(points, shapes[strength == WEAK], reach_m)
    half = metres / 2  # each border is walked on both sides
    return float(half[road].sum()), float(half[weak].sum()), float(half[~road & ~weak].sum())


def _sides(polygons: Geometries) -> tuple[Floats, Floats, Integers]:
    """Return all straight sides of polygons, and whose they are."""
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    follows = ring[:-1] == ring[1:]
    return points[:-1][follows], points[1:][follows], owner[part[ring[:-1][follows]]]


def _samples(start: Floats, end: Floats) -> tuple[Geometries, Floats]:
    """Return a point for about every metre of straight sides, and the metres each stands for."""
    length = np.hypot(*(end - start).T)
    count = np.maximum(1, np.ceil(length / STEP_M)).astype(np.int64)
    side = np.repeat(np.arange(len(start)), count)
    nth = np.arange(len(side)) - np.repeat(np.cumsum(count) - count, count)
    share = ((nth + 0.5) / count[side])[:, None]
    return shapely.points(start[side] + share * (end - start)[side]), (length / count)[side]


def _near(points: Geometries, lines: Geometries, reach_m: float) -> Booleans:
    found = np.zeros(len(points), dtype=bool)
    coordinates, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    follows = line[:-1] == line[1:]
    if follows.any():
        pieces = shapely.linestrings(np.stack([coordinates[:-1][follows], coordinates[1:][follows]], axis=1))
        found[shapely.STRtree(pieces).query(points, predicate="dwithin", distance=reach_m)[0]] = True
    return found
