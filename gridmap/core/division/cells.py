"""Cells: the smallest pieces a grid is made of.

    +----------+-----+      A block is what roads, rivers, walls and the community line enclose. Inside a block each
    | A : B    |     |      building gets the land nearest to it (A, B, C). A block without buildings is a cell by
    |...:......|  E  |      itself (E). Medians and strips too thin to live in are shared out among the cells across.
    |    C     |     |      Imported small areas are cells as they are.
    +----------+-----+

All communities are cut in one arrangement of lines, so neighbours agree vertex by vertex.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridmap.core.division.blocks import Blocks, make_blocks, sliver_sides
from gridmap.core.division.carriers import ASTRIDE_M2, ASTRIDE_SHARE
from gridmap.core.division.findings import FindingKind, Ledger
from gridmap.core.division.inputs import City
from gridmap.core.division.pieces import gather
from gridmap.core.division.polygons import grid_polygons
from gridmap.core.division.seeds import Seeds
from gridmap.core.division.tessellation import Samples, along, voronoi_lines
from gridmap.core.topology import (
    Floats,
    Geometries,
    Integers,
    Segments,
    arrange,
    shared_segments,
)

ACROSS_M = 4.0
"""Metres between the samples on the edge of a sliver."""
NEAR_SLIVER_M, NEAR_CELL_M, ON_LINE_M = 15.0, 10.0, 0.05
"""Metres from a line within which an edge counts as lying on it: in the middle of a median, along an imported small
area, and where the line itself is the edge."""
_APART = 1e8


@dataclass(frozen=True, slots=True)
class Fabric:
    """Every cell of every community, by their borders.

    Attributes
    ----------
    borders : segments with another cell on either side; ``left`` and ``right`` are cells, -1 outside all communities.
    rank : shape (borders,), what lies along each segment (see `lines`).
    community : shape (c,), of each cell; cells of one community follow each other.
    households : shape (c,), of each cell.
    cell_of_carrier : shape (n,), buildings first, then small areas.
    """

    borders: Segments
    rank: Integers
    community: Integers
    households: Integers
    cell_of_carrier: Integers

    def shapes(self) -> Geometries:
        """Return each cell as a polygon."""
        return grid_polygons(self.borders, np.arange(len(self.community)), len(self.community))


@dataclass(frozen=True, slots=True)
class _Labelled:
    """Who owns which point: samples in blocks that have them, one label for each of the others."""

    samples: Samples
    block_label: Integers

    def at(self, points: Geometries, block: Integers) -> Integers:
        """Return the label at points of which the block is known; -1 outside all blocks."""
        label = np.where(block >= 0, self.block_label[block], -1)
        open_ = (block >= 0) & (label < 0)
        if open_.any():
            places = np.column_stack([self.samples.points, self.samples.block * _APART])
            wanted = np.column_stack([shapely.get_coordinates(points[open_]), block[open_] * _APART])
            label[open_] = self.samples.label[cKDTree(places).query(wanted)[1]]
        return label


def build_fabric(city: City, ledger: Ledger) -> Fabric:
    """Cut all communities into cells and put households into them."""
    blocks = make_blocks(city)
    samples, astride = _seed_samples(city.seeds, blocks)
    labelled = _label_blocks(samples, blocks, int(city.seeds.group.max(initial=-1)) + 1)
    slivers = _sliver_samples(blocks, labelled)
    ridges = np.concatenate([voronoi_lines(samples, blocks.shapes), voronoi_lines(slivers, blocks.shapes)])
    labelled = _Labelled(_joined(samples, slivers), labelled.block_label)
    _note(city, astride, FindingKind.ASTRIDE_LINE, ledger)
    fabric = _cut(city, blocks, ridges, labelled, astride)
    cut = _cut_seeds(fabric, city.seeds)
    if len(np.setdiff1d(cut, astride)):
        fabric = _cut(city, blocks, ridges, labelled, np.union1d(astride, cut))
        cut = _cut_seeds(fabric, city.seeds)
    _note(city, cut, FindingKind.BUILDING_CUT, ledger)
    return fabric


def _note(city: City, seeds: Integers, kind: FindingKind, ledger: Ledger) -> None:
    for row in city.seeds.carrier[seeds]:
        ledger.note(int(city.carriers.community[row]), kind, str(city.carriers.names[row]))


def _joined(one: Samples, two: Samples) -> Samples:
    return Samples(
        np.concatenate([one.points, two.points]),
        np.concatenate([one.label, two.label]),
        np.concatenate([one.block, two.block]),
    )


def _seed_samples(seeds: Seeds, blocks: Blocks) -> tuple[Samples, Integers]:
    """Sample the seeds in every block they stand in, and tell which household seeds stand in several."""
    nowhere = np.empty(0, dtype=np.int64)
    if not len(seeds.shapes):
        return Samples(np.empty((0, 2)), nowhere, nowhere), nowhere
    seed, block = _seed_blocks(seeds, blocks)
    at, owner = seeds.samples()
    first, count = np.searchsorted(owner, seed), np.bincount(owner, minlength=len(seeds.shapes))[seed]
    pair = np.repeat(np.arange(len(seed)), count)
    chosen = first[pair] + np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    samples = Samples(at[chosen], seeds.group[seed[pair]], block[pair])
    several = np.bincount(seed, minlength=len(seeds.shapes)) > 1
    return samples, np.flatnonzero(several & seeds.has_households)


def _seed_blocks(seeds: Seeds, blocks: Blocks) -> tuple[Integers, Integers]:
    """Return pairs of seed and block: the block that holds its point, and for household outlines all they overlap."""
    tree = shapely.STRtree(blocks.shapes)
    seed, block = tree.query(shapely.point_on_surface(seeds.shapes), predicate="intersects")
    seed, once = np.unique(seed, return_index=True)
    home = np.column_stack([seed, block[once]])
    crossing = np.flatnonzero(seeds.has_households & seeds.is_area)
    other, block = tree.query(seeds.shapes[crossing], predicate="intersects")
    inside = tree.query(seeds.shapes[crossing], predicate="within")[0]
    cut = ~np.isin(other, inside)
    other, block = crossing[other[cut]], block[cut]
    some = shapely.area(shapely.intersection(seeds.shapes[other], blocks.shapes[block])) > 0.5
    some &= seeds.community[other] == blocks.community[block]
    both = np.unique(np.concatenate([home, np.column_stack([other[some], block[some]])]), axis=0)
    both = both[~blocks.is_sliver[both[:, 1]] & (blocks.small_area[both[:, 1]] < 0)]
    return both[:, 0], both[:, 1]


def _label_blocks(samples: Samples, blocks: Blocks, groups: int) -> _Labelled:
    """Give blocks without samples a label of their own, and small areas one for all their pieces."""
    count = len(blocks.shapes)
    label = groups + np.arange(count)
    label[blocks.small_area >= 0] = groups + count + blocks.small_area[blocks.small_area >= 0]
    label[samples.block] = -1
    label[blocks.is_sliver] = -1
    return _Labelled(samples, label)


def _sliver_samples(blocks: Blocks, labelled: _Labelled) -> Samples:
    """Sample the edges of slivers and label each sample with the cell across."""
    start, end, sliver, across = sliver_sides(blocks)
    points, segment = along(start, end, np.full(len(start), ACROSS_M))
    label = labelled.at(np.asarray(shapely.points(points)), across[segment])
    return Samples(points, label, sliver[segment])


def _cut(city: City, blocks: Blocks, ridges: Geometries, labelled: _Labelled, outlined: Integers) -> Fabric:
    """Arrange all lines at once, with the outlines of some seeds, and gather the faces into cells."""
    borders = shapely.line_merge(shapely.multilinestrings([blocks.borders.lines()]))
    faces = arrange(np.concatenate([borders, ridges, shapely.boundary(city.seeds.shapes[outlined])]))
    block = _block_of(blocks, shapely.point_on_surface(faces))
    faces, block = faces[block >= 0], block[block >= 0]
    points, community = shapely.point_on_surface(faces), blocks.community[block]
    label = labelled.at(points, block)
    _keep_whole(label, points, community, city.seeds, outlined)
    segments = shared_segments(faces)
    cells = gather(faces, label, community, segments, city.carriers)
    borders, near = _borders(segments, cells.cell_of_face, blocks, block)
    return Fabric(
        borders=borders,
        rank=city.barriers.rank_at(borders.midpoints(), near),
        community=cells.community,
        households=cells.households,
        cell_of_carrier=cells.cell_of_carrier,
    )


def _block_of(blocks: Blocks, points: Geometries) -> Integers:
    block = np.full(len(points), -1, dtype=np.int64)
    point, found = shapely.STRtree(blocks.shapes).query(points, predicate="intersects")
    block[point[::-1]] = found[::-1]
    return block


def _keep_whole(
    label: Integers, points: Geometries, community: Integers, seeds: Seeds, outlined: Integers
) -> None:
    """Label the faces inside outlined buildings with the building; where two overlap, with the one with more homes."""
    outlined = outlined[np.argsort(seeds.households[outlined], kind="stable")]
    tree = shapely.STRtree(points)
    row, face = tree.query(seeds.shapes[outlined], predicate="contains")
    order = np.argsort(row, kind="stable")
    row, face = row[order], face[order]
    own = community[face] == seeds.community[outlined[row]]
    label[face[own]] = seeds.group[outlined[row[own]]]


def _borders(segments: Segments, cell: Integers, blocks: Blocks, block: Integers) -> tuple[Segments, Floats]:
    """Return the segments between two cells, and metres within which each looks for its line."""
    has_other = segments.right >= 0
    left, right = cell[segments.left], np.where(has_other, cell[segments.right], -1)
    between = left != right
    borders = Segments(left[between], right[between], segments.start[between], segments.end[between])
    one = block[segments.left[between]]
    two = np.where(has_other[between], block[segments.right[between]], one)
    near = np.full(len(one), ON_LINE_M)
    near[(blocks.small_area[one] >= 0) | (blocks.small_area[two] >= 0)] = NEAR_CELL_M
    near[blocks.is_sliver[one] | blocks.is_sliver[two]] = NEAR_SLIVER_M
    return borders, near


def _cut_seeds(fabric: Fabric, seeds: Seeds) -> Integers:
    """Return household seeds of which more than 5 % and 2 m² lie outside their own cell."""
    rows: Integers = np.flatnonzero(seeds.has_households & seeds.is_area)
    inner = fabric.borders.where(fabric.borders.right >= 0)
    found = shapely.STRtree(inner.lines()).query(seeds.shapes[rows], predicate="intersects")[0]
    rows = rows[np.unique(found)]
    own = fabric.shapes()[fabric.cell_of_carrier[seeds.carrier[rows]]]
    lost = shapely.area(seeds.shapes[rows]) - shapely.area(shapely.intersection(seeds.shapes[rows], own))
    much = lost > np.maximum(ASTRIDE_M2, ASTRIDE_SHARE * shapely.area(seeds.shapes[rows]))
    return np.asarray(rows[much], dtype=np.int64)
