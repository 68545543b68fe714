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

from gridmap.core.division.blocks import Blocks, make_blocks, sliver_sides
from gridmap.core.division.faces import Arrangement, locate
from gridmap.core.division.carriers import ASTRIDE_M2, ASTRIDE_SHARE
from gridmap.core.division.findings import FindingKind, Ledger
from gridmap.core.division.inputs import City
from gridmap.core.division.labels import Labelled, Outlines, label_faces
from gridmap.core.division.lines import INNER
from gridmap.core.division.loss import lost_area
from gridmap.core.division.nearby import meetings, nearest
from gridmap.core.division.noding import whole
from gridmap.core.division.pieces import Faces, gather
from gridmap.core.division.polygons import grid_polygons
from gridmap.core.division.ridges import Ridges, Samples, ridges
from gridmap.core.division.sampling import Edges, along, outline_edges
from gridmap.core.division.seeds import Seeds
from gridmap.core.topology import Booleans, Floats, Geometries, Integers, Segments

ACROSS_M = 4.0
"""Metres between the samples on the edge of a sliver."""
NEAR_CELL_M = 10.0
"""Metres from a line within which the edge of an imported small area counts as lying on it."""
OVERLAP_M2 = 0.5
"""A building stands in a block of which it covers more than this."""
CAREFUL = 0.8
"""The border goes round a building already where ridges would cut off this share of what it may lose."""


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


def build_fabric(city: City, ledger: Ledger) -> Fabric:
    """Cut all communities into cells and put households into them."""
    blocks, seeds, outlines = make_blocks(city), city.seeds, city.seeds.outlines()
    pairs = _seed_blocks(seeds, outlines, blocks)
    samples = _seed_samples(seeds, outlines, blocks, pairs)
    block_label = _label_blocks(samples, blocks, int(seeds.group.max(initial=-1)) + 1)
    samples = _joined(samples, _sliver_samples(blocks, block_label, samples))
    _settle_blocks_of_one_label(block_label, samples)
    drawn = ridges(samples, blocks.boxes)
    astride = _in_several(pairs, len(seeds.shapes))
    _note(city, astride, FindingKind.ASTRIDE_LINE, ledger)
    lived_in = _edges_of(outlines, seeds.has_households)
    lost = lost_area(lived_in.ends, lived_in.owner, seeds.group, drawn.ends, drawn.left, drawn.right)
    outlined = np.union1d(astride, np.flatnonzero(_is_much(lost, seeds, CAREFUL)))
    fabric = _cut(city, blocks, drawn, block_label, outlined, samples)
    _note_what_is_cut(
        city, fabric, _edges_of(outlines, np.isin(np.arange(len(seeds.shapes)), outlined)), ledger
    )
    return fabric


def _edges_of(edges: Edges, chosen: Booleans) -> Edges:
    """Return the edges of some seeds."""
    rows = chosen[edges.owner]
    return Edges(edges.start[rows], edges.end[rows], edges.owner[rows])


def _is_much(lost: Floats, seeds: Seeds, share: float = 1.0) -> Booleans:
    """Tell where more is lost than a building may lose, or than a share of that."""
    return lost > share * np.maximum(ASTRIDE_M2, ASTRIDE_SHARE * shapely.area(seeds.shapes))


def _note_what_is_cut(city: City, fabric: Fabric, outlines: Edges, ledger: Ledger) -> None:
    """Name household buildings of which more than 5 % and 2 m² lie outside their own cell."""
    seeds, borders = city.seeds, fabric.borders
    cell = fabric.cell_of_carrier[seeds.carrier]
    ends = whole(np.hstack([borders.start, borders.end]))
    lost = lost_area(outlines.ends, outlines.owner, cell, ends, borders.left, borders.right)
    _note(city, np.flatnonzero(_is_much(lost, seeds)), FindingKind.BUILDING_CUT, ledger)


def _note(city: City, seeds: Integers, kind: FindingKind, ledger: Ledger) -> None:
    for row in city.seeds.carrier[seeds]:
        ledger.note(int(city.carriers.community[row]), kind, str(city.carriers.names[row]))


def _joined(one: Samples, two: Samples) -> Samples:
    return Samples(
        np.concatenate([one.points, two.points]),
        np.concatenate([one.label, two.label]),
        np.concatenate([one.block, two.block]),
        np.concatenate([one.rank, two.rank]),
    )


def _seed_blocks(seeds: Seeds, outlines: Edges, blocks: Blocks) -> Integers:
    """Return pairs of seed and block: the block that holds its point, and for household outlines all they overlap."""
    seed = np.flatnonzero(blocks.of_seed >= 0)
    home = np.column_stack([seed, blocks.of_seed[seed]])
    lived_in = _edges_of(outlines, seeds.has_households)
    wall, edge = meetings(lived_in.ends, blocks.ends)
    pairs = np.concatenate(
        [np.column_stack([lived_in.owner[wall], side[edge]]) for side in (blocks.left, blocks.right)]
    )
    pairs = np.unique(pairs[pairs[:, 1] >= 0], axis=0)
    pairs = pairs[seeds.community[pairs[:, 0]] == blocks.community[pairs[:, 1]]]
    shapes = blocks.shapes(pairs[:, 1])
    both = shapely.intersection(seeds.shapes[pairs[:, 0]], shapes)
    return np.unique(np.concatenate([home, pairs[shapely.area(both) > OVERLAP_M2]]), axis=0)


def _in_several(pairs: Integers, seeds: int) -> Integers:
    """Return the seeds that stand in several blocks."""
    return np.flatnonzero(np.bincount(pairs[:, 0], minlength=seeds) > 1)


def _seed_samples(seeds: Seeds, outlines: Edges, blocks: Blocks, pairs: Integers) -> Samples:
    """Sample the seeds in every block they stand in, slivers apart."""
    seed, block = pairs[~blocks.is_sliver[pairs[:, 1]] & (blocks.small_area[pairs[:, 1]] < 0)].T
    at, owner = seeds.samples(outlines)
    first, count = np.searchsorted(owner, seed), np.bincount(owner, minlength=len(seeds.shapes))[seed]
    pair = np.repeat(np.arange(len(seed)), count)
    chosen = first[pair] + np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    return Samples(at[chosen], seeds.group[seed[pair]], block[pair], np.full(len(pair), INNER))


def _label_blocks(samples: Samples, blocks: Blocks, first: int) -> Integers:
    """Give blocks without samples a label of their own, and small areas one for all their pieces; -1 for the rest."""
    count = len(blocks.community)
    label = first + np.arange(count)
    label[blocks.small_area >= 0] = first + count + blocks.small_area[blocks.small_area >= 0]
    label[samples.block] = -1
    label[blocks.is_sliver] = -1
    return label


def _settle_blocks_of_one_label(block_label: Integers, samples: Samples) -> None:
    low, high = np.full(len(block_label), np.iinfo(np.int64).max), np.full(len(block_label), -1)
    np.minimum.at(low, samples.block, samples.label)
    np.maximum.at(high, samples.block, samples.label)
    block_label[low == high] = low[low == high]


def _nearest(samples: Samples, points: Integers, block: Integers) -> Integers:
    """Return the label of the sample of its block nearest to each point."""
    held = np.flatnonzero(np.isin(samples.block, block))
    return samples.label[held][nearest(points, block, samples.points[held], samples.block[held])]


def _sliver_samples(blocks: Blocks, block_label: Integers, samples: Samples) -> Samples:
    """Sample the edges of slivers and label each sample with the cell across."""
    sides = sliver_sides(blocks)
    spacing = np.full(len(sides.ends), whole(ACROSS_M))
    points, segment = along(sides.ends[:, :2], sides.ends[:, 2:], spacing)
    points, across = np.rint(points).astype(np.int64), sides.across[segment]
    label = block_label[across]
    open_ = label < 0
    label[open_] = _nearest(samples, points[open_], across[open_])
    return Samples(points, label, sides.sliver[segment], sides.rank[segment])


def _cut(
    city: City, blocks: Blocks, drawn: Ridges, block_label: Integers, outlined: Integers, samples: Samples
) -> Fabric:
    """Arrange all lines at once, with the outlines of some seeds, and gather the faces into cells."""
    found = label_faces(blocks, drawn, _outlines(city.seeds, outlined), block_label)
    _label_what_is_left(found, samples)
    plane = found.plane
    community = np.append(blocks.community, -1)[found.block]
    at = locate(whole(shapely.get_coordinates(city.carriers.points)), plane)
    own = (at >= 0) & (community[at] == city.carriers.community)
    at[~own] = _nearest_face(plane, community, city, np.flatnonzero(~own))
    inside = community >= 0
    number = np.append(np.where(inside, np.cumsum(inside) - 1, -1), -1)
    left, right = number[plane.left], number[plane.right]
    cells = gather(
        Faces(found.label[inside], community[inside], plane.area[inside], left, right, plane.lengths),
        number[at],
        city.carriers.households,
    )
    of_face = np.append(cells.cell_of_face, -1)
    left, right = of_face[left], of_face[right]
    between = np.flatnonzero(left != right)
    swap = left[between] < 0
    ends = plane.ends[between] / 1000.0
    ends[swap] = ends[swap][:, [2, 3, 0, 1]]
    one, two = np.where(swap, right[between], left[between]), np.where(swap, -1, right[between])
    borders = Segments(one, two, ends[:, :2], ends[:, 2:])
    is_area = np.append(blocks.small_area >= 0, False)[np.append(found.block, -1)]
    near = np.where(is_area[plane.left[between]] | is_area[plane.right[between]], NEAR_CELL_M, 0.0)
    return Fabric(
        borders=borders,
        rank=city.barriers.raised(found.rank[between], borders, near),
        community=cells.community,
        households=cells.households,
        cell_of_carrier=np.where(at >= 0, of_face[number[at]], -1),
    )


def _outlines(seeds: Seeds, rows: Integers) -> Outlines:
    """Return the outlines of some seeds, those with the most homes first."""
    rows = rows[np.argsort(-seeds.households[rows], kind="stable")]
    edges = outline_edges(seeds.shapes[rows])
    return Outlines(
        whole(np.hstack([edges.start, edges.end])), edges.owner, seeds.group[rows], seeds.community[rows]
    )


def _label_what_is_left(found: Labelled, samples: Samples) -> None:
    """Label faces that no ridge tells by the sample nearest to one of their corners."""
    unknown = np.flatnonzero(found.label == -2)
    if not len(unknown):
        return
    corner = np.zeros((len(found.label), 2), dtype=np.int64)
    for face in (found.plane.left, found.plane.right):
        corner[face[face >= 0]] = found.plane.nodes[found.plane.first[face >= 0]]
    found.label[unknown] = _nearest(samples, corner[unknown], found.block[unknown])


def _nearest_face(plane: Arrangement, community: Integers, city: City, rows: Integers) -> Integers:
    """Return the face of its own community nearest to the point of each carrier."""
    nearest, owner = np.full(len(rows), -1), np.append(community, -1)
    for nth, row in enumerate(rows):
        own = city.carriers.community[row]
        beside = np.flatnonzero((owner[plane.left] == own) | (owner[plane.right] == own))
        if len(beside):
            lines = shapely.linestrings(plane.ends[beside].reshape(-1, 2, 2) / 1000.0)
            edge = beside[np.argmin(shapely.distance(lines, city.carriers.points[row]))]
            nearest[nth] = plane.left[edge] if owner[plane.left[edge]] == own else plane.right[edge]
    return nearest
