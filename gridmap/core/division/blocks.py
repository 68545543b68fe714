"""Blocks: what roads, rivers, walls, community lines and imported small areas enclose."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.core.division.inputs import City
from gridmap.core.division.lines import Barriers
from gridmap.core.division.seeds import Seeds
from gridmap.core.topology import (
    PRECISION,
    Booleans,
    Floats,
    Geometries,
    Integers,
    Segments,
    arrange,
    components,
    dissolve,
    polygonal,
    shared_segments,
)

SLIVER_WIDTH_M = 14.0
SLIVER_M2 = 600.0
THIN_WIDTH_M, THIN_COMPACTNESS = 35.0, 0.25
"""An uninhabited block is a sliver (median, traffic island, strip along the community line) if its mean width 2A/P is
under 14 m, or it has under 600 m², or it is narrower than 35 m and its Polsby–Popper measure is under 0.25."""
MISMATCH_M = 15.0
"""Land of a community of small areas that none of them covers counts only where it is wider than twice this."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Pieces of communities that barriers enclose; slivers that touch are one piece.

    Attributes
    ----------
    shapes : shape (n,), Polygon.
    community : shape (n,).
    small_area : shape (n,), row of the imported small area a block is part of, -1 if none.
    is_sliver : shape (n,).
    borders : segments between two blocks, or between a block (``left``) and the outside (-1).
    """

    shapes: Geometries
    community: Integers
    small_area: Integers
    is_sliver: Booleans
    borders: Segments


def make_blocks(city: City) -> Blocks:
    """Cut communities into blocks.

    A community with small areas consists of them, and of the land that none of them covers where it is wider than
    30 m; its official line does not count. In all others the barriers cut, and what lies in two communities belongs
    to the first of them.
    """
    areas = city.small_areas.shapes
    land = _land(city)
    lines = [shapely.boundary(land), shapely.boundary(areas), _inside(city.barriers, land, areas)]
    faces = arrange(np.concatenate(lines))
    points = shapely.point_on_surface(faces)
    area, community = _first_holding(areas, points), _first_holding(land, points)
    community[area >= 0] = city.small_areas.community[area[area >= 0]]
    _fill_slits(faces, community, area, _first_holding(city.communities, points) >= 0)
    kept = community >= 0
    return _join_slivers(faces[kept], community[kept], area[kept], city.seeds)


def _land(city: City) -> Geometries:
    """Return the land of each community that small areas do not cover."""
    if not len(city.small_areas.shapes):
        return city.communities
    land = shapely.difference(
        city.communities, shapely.union_all(city.small_areas.shapes, grid_size=PRECISION)
    )
    wide = shapely.buffer(
        shapely.buffer(land[city.has_areas], -MISMATCH_M, join_style="mitre"), MISMATCH_M, join_style="mitre"
    )
    land[city.has_areas] = shapely.intersection(land[city.has_areas], wide)
    land = polygonal(land)
    return np.where(shapely.is_missing(land), shapely.Polygon(), land)


def _inside(barriers: Barriers, land: Geometries, areas: Geometries) -> Geometries:
    """Keep barriers out of small areas, which are never cut."""
    if not len(areas):
        return barriers.lines
    return np.asarray(shapely.intersection(barriers.lines, shapely.union_all(land)))


def _first_holding(polygons: Geometries, points: Geometries) -> Integers:
    """Return for each point the first polygon that holds it, -1 if none does."""
    first = np.full(len(points), len(polygons), dtype=np.int64)
    if len(polygons):
        point, polygon = shapely.STRtree(polygons).query(points, predicate="intersects")
        np.minimum.at(first, point, polygon)
    return np.where(first < len(polygons), first, -1)


def _fill_slits(faces: Geometries, community: Integers, area: Integers, is_claimed: Booleans) -> None:
    """Give slits between small areas, claimed by a community but in none of them, to the longest neighbour."""
    if (area < 0).all():
        return
    segments = shared_segments(faces)
    slit = (community < 0) & is_claimed
    slit[segments.left[segments.right < 0]] = False
    for face, neighbour in _longest_neighbour(segments, slit, community >= 0).items():
        community[face], area[face] = community[neighbour], area[neighbour]


def _longest_neighbour(segments: Segments, wanting: Booleans, allowed: Booleans) -> dict[int, int]:
    """Return for each face that wants one the allowed neighbour with the longest common border."""
    common: dict[tuple[int, int], float] = {}
    for one, two in ((segments.left, segments.right), (segments.right, segments.left)):
        chosen = (one >= 0) & (two >= 0) & wanting[one] & allowed[two]
        for face, other, length in zip(one[chosen], two[chosen], segments.lengths()[chosen], strict=True):
            common[int(face), int(other)] = common.get((int(face), int(other)), 0.0) + float(length)
    best: dict[int, int] = {}
    for (face, other), _ in sorted(common.items(), key=lambda item: (item[1], -item[0][1])):
        best[face] = other
    return best


def _is_thin(shapes: Geometries) -> Booleans:
    area, around = shapely.area(shapes), shapely.length(shapes)
    width, compactness = 2 * area / around, 4 * np.pi * area / around**2
    return np.asarray(
        (width < SLIVER_WIDTH_M)
        | (area < SLIVER_M2)
        | ((width < THIN_WIDTH_M) & (compactness < THIN_COMPACTNESS))
    )


def _join_slivers(faces: Geometries, community: Integers, area: Integers, seeds: Seeds) -> Blocks:
    """Join slivers of one community that touch, unless nothing but slivers is there."""
    segments = shared_segments(faces)
    thin = _is_thin(faces) & (area < 0)
    held = _first_holding(faces, shapely.point_on_surface(seeds.shapes))
    thin[held[held >= 0]] = False
    pair = segments.where(segments.right >= 0)
    same = community[pair.left] == community[pair.right]
    merging = same & thin[pair.left] & thin[pair.right]
    block = components(len(faces), pair.left[merging], pair.right[merging])
    reaching = same & (thin[pair.left] != thin[pair.right])
    has_neighbour = np.zeros(block.max(initial=-1) + 1, dtype=bool)
    has_neighbour[block[pair.left[reaching]]] = has_neighbour[block[pair.right[reaching]]] = True
    _, first = np.unique(block, return_index=True)
    left, right = block[segments.left], np.where(segments.right >= 0, block[segments.right], -1)
    between = left != right
    borders = Segments(left[between], right[between], segments.start[between], segments.end[between])
    return Blocks(
        shapes=dissolve(faces, block, len(first)),
        community=community[first],
        small_area=area[first],
        is_sliver=thin[first] & has_neighbour,
        borders=borders,
    )


def sliver_sides(blocks: Blocks) -> tuple[Floats, Floats, Integers, Integers]:
    """Return the segments between slivers and the blocks across, as start, end, sliver and block across."""
    left, right = blocks.borders.left, blocks.borders.right
    found = []
    for one, two in ((left, right), (right, left)):
        side = (one >= 0) & (two >= 0) & blocks.is_sliver[one] & ~blocks.is_sliver[two]
        side &= blocks.community[one] == blocks.community[two]
        found.append((blocks.borders.start[side], blocks.borders.end[side], one[side], two[side]))
    start, end, sliver, across = (np.concatenate(column) for column in zip(*found, strict=True))
    return start, end, sliver, across
