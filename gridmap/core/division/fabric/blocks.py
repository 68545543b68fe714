"""Blocks: what roads, rivers, walls, community lines and imported small areas enclose."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.core.division.fabric.cover import Fences, faces_apart, first_holding, groups
from gridmap.core.division.fabric.faces import Arrangement, arrange_pieces, locate
from gridmap.core.division.fabric.noding import Pieces, metres, node
from gridmap.core.division.fabric.rings import label_polygons
from gridmap.core.division.fabric.sampling import line_edges, outline_edges
from gridmap.core.division.inputs import City
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
        ends = metres(self.ends)
        sides = Segments(number[self.left], number[self.right], ends[:, :2], ends[:, 2:])
        return label_polygons(sides, len(chosen))[place]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Straight pieces of everything that bounds a block or a community.

    Attributes
    ----------
    ends : shape (n, 4), millimetres.
    land, claim, area : shape (n,), the polygon of that kind a line is part of, -1 if none.
    rank : shape (n,), of barriers; 0 of what else bounds blocks; -1 of what does not.
    """

    ends: Integers
    land: Integers
    claim: Integers
    area: Integers
    rank: Integers


@dataclass(frozen=True, slots=True)
class _Land:
    """Faces between the lines.

    Attributes
    ----------
    plane : the arrangement.
    rank : shape (e,), the highest along each edge, -1 where it bounds no block.
    community, area : shape (f + 1,), of each face and, at the end, the outside; -1 for none.
    """

    plane: Arrangement
    rank: Integers
    community: Integers
    area: Integers

    @property
    def is_one(self) -> Booleans:
        """Tell across which edges the community and the small area are the same."""
        left, right = self.plane.left, self.plane.right
        return np.asarray(
            (self.community[left] == self.community[right]) & (self.area[left] == self.area[right])
        )


def make_blocks(city: City, seed_points: Integers) -> Blocks:
    """Cut communities into blocks.

    A community with small areas consists of them, and of the land that none of them covers where it is wider than
    30 m; its official line does not count. In all others the barriers cut, and what lies in two communities belongs
    to the first of them.

    Parameters
    ----------
    seed_points : shape (s, 2), a point of each seed, millimetres.
    """
    land = _arranged(city)
    face_of_seed = locate(seed_points, land.plane)
    return _gathered(land, _parts(land), face_of_seed)


def _arranged(city: City) -> _Land:
    lines = _lines(city)
    pieces = node(lines.ends, np.ones(len(lines.ends), dtype=bool))
    plane = arrange_pieces(pieces.ends)
    rank = np.full(len(plane.left), -1)
    np.maximum.at(rank, plane.edge_of_piece, lines.rank[pieces.origin])
    area, community = _holding(plane, pieces, lines.area), _holding(plane, pieces, lines.land)
    community[area >= 0] = city.small_areas.community[area[area >= 0]]
    if (area >= 0).any():
        _fill_slits(plane, community, area, _holding(plane, pieces, lines.claim) >= 0)
    return _Land(plane, rank, np.append(community, -1), np.append(area, -1))


def _lines(city: City) -> _Lines:
    """Collect the lines; the official line of a community of small areas only claims land, it does not bound any."""
    land, areas = outline_edges(_own_land(city)), outline_edges(city.small_areas.shapes)
    claims, barriers = outline_edges(city.communities[city.has_areas]), line_edges(city.barriers.lines)
    parts = (land, claims, areas, barriers)
    kind = np.repeat(np.arange(4), [len(part.owner) for part in parts])
    owner = np.concatenate([part.owner for part in parts])
    rank = np.array([0, -1, 0, -1])[kind]
    rank[kind == 3] = city.barriers.rank[barriers.owner]
    of_land, of_claim, of_area = (np.where(kind == number, owner, -1) for number in range(3))
    return _Lines(np.concatenate([part.ends for part in parts]), of_land, of_claim, of_area, rank)


def _own_land(city: City) -> Geometries:
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


def _holding(plane: Arrangement, pieces: Pieces, polygon: Integers) -> Integers:
    """Return for each face the first polygon that holds it, -1 if none does."""
    own = polygon[pieces.origin]
    rows = np.flatnonzero(own >= 0)
    return first_holding(plane, Fences(plane.edge_of_piece[rows], own[rows], plane.is_forward[rows]))


def _fill_slits(plane: Arrangement, community: Integers, area: Integers, is_claimed: Booleans) -> None:
    """Give slits between small areas, claimed by a community but in none of them, to the longest neighbour."""
    inner = (plane.left >= 0) & (plane.right >= 0)
    slit = (community < 0) & is_claimed
    slit[np.maximum(plane.left, plane.right)[~inner]] = False
    one = np.concatenate([plane.left[inner], plane.right[inner]])
    two = np.concatenate([plane.right[inner], plane.left[inner]])
    beside = slit[one] & (community[two] >= 0)
    pairs, nth = np.unique(np.column_stack([one[beside], two[beside]]), axis=0, return_inverse=True)
    common = np.bincount(nth, np.tile(plane.lengths[inner], 2)[beside], minlength=len(pairs))
    best = pairs[np.lexsort((-pairs[:, 1], common, pairs[:, 0]))]
    best = best[np.diff(best[:, 0], append=-1) != 0]
    community[best[:, 0]], area[best[:, 0]] = community[best[:, 1]], area[best[:, 1]]


def _parts(land: _Land) -> Integers:
    """Join faces that no line parts; return the part of each face and, at the end, of the outside."""
    return faces_apart(land.plane, land.is_one & ((land.rank < 0) | (land.area[land.plane.left] >= 0)))


def _is_thin(land: _Land, part: Integers) -> Booleans:
    """Tell which parts have the measures of a sliver."""
    one, two = part[land.plane.left], part[land.plane.right]
    metres = np.where(one != two, land.plane.lengths, 0.0)
    count = int(part.max()) + 1
    around = np.bincount(one, metres, minlength=count) + np.bincount(two, metres, minlength=count)
    area = np.bincount(part[:-1], land.plane.area, minlength=count)
    around = np.maximum(around, PRECISION)
    width, compactness = 2 * area / around, 4 * np.pi * area / around**2
    return np.asarray(
        (width < SLIVER_WIDTH_M)
        | (area < SLIVER_M2)
        | ((width < THIN_WIDTH_M) & (compactness < THIN_COMPACTNESS))
    )


def _gathered(land: _Land, part: Integers, face_of_seed: Integers) -> Blocks:
    """Join slivers of one community that touch, and number the blocks inside communities.

    What touches nothing but slivers of its community is none.
    """
    thin = _is_thin(land, part)
    thin[part[face_of_seed]] = thin[part[land.area >= 0]] = thin[part[-1]] = False
    one, two = part[land.plane.left], part[land.plane.right]
    together = groups(len(thin), one, two, land.is_one & thin[one] & thin[two])
    number = np.full(int(together.max()) + 1, -1)
    of_face, inside = together[part], land.community >= 0
    held, first = np.unique(of_face[inside], return_index=True)
    number[held] = np.arange(len(held))
    block = np.where(inside, number[of_face], -1)
    sample = np.flatnonzero(inside)[first]
    left, right = block[land.plane.left], block[land.plane.right]
    between = left != right
    reaching = between & (thin[one] != thin[two])
    reaching &= land.community[land.plane.left] == land.community[land.plane.right]
    beside = np.zeros(len(held) + 1, dtype=bool)
    beside[left[reaching]] = beside[right[reaching]] = True
    return Blocks(
        ends=land.plane.ends[between],
        left=left[between],
        right=right[between],
        rank=np.maximum(land.rank[between], 0),
        community=land.community[sample],
        small_area=land.area[sample],
        is_sliver=thin[part[sample]] & beside[:-1],
        area=np.bincount(block[inside], land.plane.area[inside[:-1]], minlength=len(held)).astype(np.float64),
        of_seed=block[face_of_seed],
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
