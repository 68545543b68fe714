"""Blocks: what roads, rivers, walls, community lines and imported small areas enclose."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.core.division.cover import first_holding, groups
from gridmap.core.division.faces import Arrangement, arrange_pieces, locate
from gridmap.core.division.inputs import City
from gridmap.core.division.noding import Pieces, node, whole
from gridmap.core.division.sampling import line_edges, outline_edges
from gridmap.core.division.rings import label_polygons
from gridmap.core.topology import PRECISION, Booleans, Floats, Geometries, Integers, Segments, polygonal

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
    ends : shape (e, 4), the edges between blocks, x and y of both ends in millimetres.
    left, right : shape (e,), blocks on either side, -1 outside all communities.
    rank : shape (e,), of the barrier along each edge, `INNER` where there is none.
    community : shape (b,).
    small_area : shape (b,), row of the imported small area a block is part of, -1 if none.
    is_sliver : shape (b,).
    area : shape (b,), square metres.
    of_seed : shape (s,), the block that holds the point of each seed, -1 outside.
    """

    ends: Integers
    left: Integers
    right: Integers
    rank: Integers
    community: Integers
    small_area: Integers
    is_sliver: Booleans
    area: Floats
    of_seed: Integers

    @property
    def boxes(self) -> Integers:
        """Shape (b, 4): west, south, east and north of each block."""
        low = np.full((len(self.community), 2), np.iinfo(np.int64).max)
        high = -low
        for side in (self.left, self.right):
            inside = side >= 0
            for tip in (self.ends[inside, :2], self.ends[inside, 2:]):
                np.minimum.at(low, side[inside], tip)
                np.maximum.at(high, side[inside], tip)
        return np.concatenate([low, high], axis=1)

    def shapes(self, blocks: Integers) -> Geometries:
        """Return some blocks as polygons."""
        chosen, place = np.unique(blocks, return_inverse=True)
        number = np.full(len(self.community) + 1, -1)
        number[chosen] = np.arange(len(chosen))
        ends = self.ends / 1000.0
        sides = Segments(number[self.left], number[self.right], ends[:, :2], ends[:, 2:])
        return label_polygons(sides, len(chosen))[place]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Straight pieces of everything that bounds a block or a community.

    Attributes
    ----------
    ends : shape (n, 4), millimetres.
    land, claim, area : shape (n,), the polygon of that kind an edge is part of, -1 if none.
    rank : shape (n,), of barriers, -1 for other lines.
    """

    ends: Integers
    land: Integers
    claim: Integers
    area: Integers
    rank: Integers


def make_blocks(city: City) -> Blocks:
    """Cut communities into blocks.

    A community with small areas consists of them, and of the land that none of them covers where it is wider than
    30 m; its official line does not count. In all others the barriers cut, and what lies in two communities belongs
    to the first of them.
    """
    lines = _lines(city)
    pieces = node(lines.ends, np.ones(len(lines.ends), dtype=bool))
    found = arrange_pieces(pieces.ends)
    area = _holding(found, pieces, lines.area)
    community = _holding(found, pieces, lines.land)
    community[area >= 0] = city.small_areas.community[area[area >= 0]]
    if (area >= 0).any():
        claimed = _holding(found, pieces, lines.claim) >= 0
        _fill_slits(found, community, area, claimed)
    at = locate(whole(shapely.get_coordinates(shapely.point_on_surface(city.seeds.shapes))), found)
    return _blocks(found, _ranks(found, pieces, lines), community, area, at)


def _lines(city: City) -> _Lines:
    """Collect the lines; the official line of a community of small areas only claims land, it does not bound any."""
    barriers = line_edges(city.barriers.lines)
    land, areas = outline_edges(_land(city)), outline_edges(city.small_areas.shapes)
    claims = outline_edges(city.communities[city.has_areas])
    parts = (land, claims, areas, barriers)
    columns = [np.full(sum(len(part.owner) for part in parts), -1) for _ in parts]
    place = 0
    for part, column in zip(parts, columns, strict=True):
        owner = city.barriers.rank[part.owner] if part is barriers else part.owner
        column[place : place + len(owner)] = owner
        place += len(owner)
    start, end = (
        np.concatenate([getattr(part, side) for part in parts]).reshape(-1, 2) for side in ("start", "end")
    )
    return _Lines(whole(np.hstack([start, end])), *columns)


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


def _holding(found: Arrangement, pieces: Pieces, polygon: Integers) -> Integers:
    """Return for each face the first polygon that holds it, -1 if none does."""
    own = polygon[pieces.origin]
    rows = np.flatnonzero(own >= 0)
    return first_holding(
        len(found.area),
        found.left,
        found.right,
        found.edge_of_piece[rows],
        own[rows],
        found.is_forward[rows],
    )


def _ranks(found: Arrangement, pieces: Pieces, lines: _Lines) -> Integers:
    """Return the highest rank along each edge; -1 where an edge bounds no block."""
    rank = lines.rank[pieces.origin]
    rank[(rank < 0) & ((lines.land >= 0) | (lines.area >= 0))[pieces.origin]] = 0
    highest = np.full(len(found.left), -1)
    np.maximum.at(highest, found.edge_of_piece, rank)
    return highest


def _fill_slits(found: Arrangement, community: Integers, area: Integers, is_claimed: Booleans) -> None:
    """Give slits between small areas, claimed by a community but in none of them, to the longest neighbour."""
    slit = (community < 0) & is_claimed
    outer = (found.left < 0) | (found.right < 0)
    slit[np.maximum(found.left, found.right)[outer]] = False
    inner = ~outer
    for face, neighbour in _longest_neighbour(
        found.left[inner], found.right[inner], found.lengths[inner], slit, community >= 0
    ).items():
        community[face], area[face] = community[neighbour], area[neighbour]


def _longest_neighbour(
    left: Integers, right: Integers, length: Floats, wanting: Booleans, allowed: Booleans
) -> dict[int, int]:
    """Return for each face that wants one the allowed neighbour with the longest common border."""
    common: dict[tuple[int, int], float] = {}
    for one, two in ((left, right), (right, left)):
        chosen = wanting[one] & allowed[two]
        for face, other, metres in zip(one[chosen], two[chosen], length[chosen], strict=True):
            common[int(face), int(other)] = common.get((int(face), int(other)), 0.0) + float(metres)
    best: dict[int, int] = {}
    for (face, other), _ in sorted(common.items(), key=lambda item: (item[1], -item[0][1])):
        best[face] = other
    return best


def _is_thin(area: Floats, around: Floats) -> Booleans:
    width, compactness = 2 * area / around, 4 * np.pi * area / around**2
    return np.asarray(
        (width < SLIVER_WIDTH_M)
        | (area < SLIVER_M2)
        | ((width < THIN_WIDTH_M) & (compactness < THIN_COMPACTNESS))
    )


def _blocks(
    found: Arrangement, rank: Integers, community: Integers, area: Integers, face_of_seed: Integers
) -> Blocks:
    """Join faces that nothing parts, and slivers of one community that touch unless nothing but slivers is there."""
    count = len(found.area)
    owner, land = np.append(community, -1), np.append(area, -1)
    left, right, metres = found.left, found.right, found.lengths
    same = (owner[left] == owner[right]) & (land[left] == land[right])
    part = groups(count + 1, left + 1, right + 1, same & ((rank < 0) | (land[left] >= 0)))
    square = np.bincount(part[1:], found.area, minlength=part.max() + 1)
    one, two = part[left + 1], part[right + 1]
    apart = one != two
    around = np.bincount(np.r_[one[apart], two[apart]], np.tile(metres[apart], 2), minlength=len(square))
    thin = _is_thin(square, np.maximum(around, PRECISION))
    thin[part[1:][area >= 0]] = False
    thin[part[face_of_seed + 1]] = False
    thin[part[0]] = False
    merging = apart & same & thin[one] & thin[two]
    block = groups(len(square), one, two, merging)
    return _gathered(found, rank, community, area, face_of_seed, block[part], thin, part)


def _gathered(
    found: Arrangement,
    rank: Integers,
    community: Integers,
    area: Integers,
    face_of_seed: Integers,
    block: Integers,
    thin: Booleans,
    part: Integers,
) -> Blocks:
    """Number the blocks inside communities and keep the edges between them."""
    inside = np.unique(block[1:][community >= 0])
    number = np.full(block.max() + 1, -1)
    number[inside] = np.arange(len(inside))
    of_face = np.append(np.where(community >= 0, number[block[1:]], -1), -1)
    kept = of_face[:-1] >= 0
    left, right = of_face[found.left], of_face[found.right]
    between = left != right
    held = {key: np.full(len(inside), -1) for key in ("community", "area")}
    held["community"][of_face[:-1][kept]], held["area"][of_face[:-1][kept]] = community[kept], area[kept]
    is_thin = np.zeros(len(inside), dtype=bool)
    is_thin[of_face[:-1][kept]] = thin[part[1:]][kept]
    inner = between & (left >= 0) & (right >= 0)
    reaching = inner.copy()
    reaching[inner] = (held["community"][left[inner]] == held["community"][right[inner]]) & (
        is_thin[left[inner]] != is_thin[right[inner]]
    )
    has_neighbour = np.zeros(len(inside), dtype=bool)
    has_neighbour[left[reaching]] = has_neighbour[right[reaching]] = True
    return Blocks(
        ends=found.ends[between],
        left=left[between],
        right=right[between],
        rank=np.maximum(rank[between], 0),
        community=held["community"],
        small_area=held["area"],
        is_sliver=is_thin & has_neighbour,
        area=np.bincount(of_face[:-1][kept], found.area[kept], minlength=len(inside)),
        of_seed=of_face[face_of_seed],
    )


@dataclass(frozen=True, slots=True)
class SliverSides:
    """Edges between slivers and the blocks of their community across.

    Attributes
    ----------
    ends : shape (n, 4), millimetres.
    sliver, across : shape (n,), the blocks on either side.
    rank : shape (n,).
    """

    ends: Integers
    sliver: Integers
    across: Integers
    rank: Integers


def sliver_sides(blocks: Blocks) -> SliverSides:
    """Return the edges between slivers and the blocks across."""
    found = []
    for one, two in ((blocks.left, blocks.right), (blocks.right, blocks.left)):
        side = (one >= 0) & (two >= 0) & blocks.is_sliver[one] & ~blocks.is_sliver[two]
        side &= blocks.community[one] == blocks.community[two]
        found.append((blocks.ends[side], one[side], two[side], blocks.rank[side]))
    ends, sliver, across, rank = (np.concatenate(column) for column in zip(*found, strict=True))
    return SliverSides(ends, sliver, across, rank)
