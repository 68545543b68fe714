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

from gridmap.core.division.carriers import ASTRIDE_M2, ASTRIDE_SHARE, Carriers
from gridmap.core.division.fabric.blocks import Blocks, make_blocks
from gridmap.core.division.fabric.faces import Arrangement, locate
from gridmap.core.division.fabric.labels import UNTOLD, Labelled, Outlines, label_faces
from gridmap.core.division.fabric.loss import Borders, lost_area
from gridmap.core.division.fabric.noding import metres, whole
from gridmap.core.division.fabric.pieces import Faces, gather
from gridmap.core.division.fabric.polygons import grid_polygons
from gridmap.core.division.fabric.ridges import Ridges, Samples, ridges
from gridmap.core.division.fabric.sampling import Edges
from gridmap.core.division.fabric.seeding import (
    blocks_of_seeds,
    label_blocks,
    nearest_label,
    seed_samples,
    with_slivers,
)
from gridmap.core.division.fabric.seeds import Seeds
from gridmap.core.division.findings import FindingKind, Ledger
from gridmap.core.division.inputs import City
from gridmap.core.threads import at_once
from gridmap.core.topology import Booleans, Floats, Geometries, Integers, Segments

NEAR_CELL_M = 10.0
"""Metres from a line within which the edge of an imported small area counts as lying on it."""
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
    seeds, points = city.seeds, whole(shapely.get_coordinates(city.carriers.points))
    outlines = seeds.outlines()

    def block() -> tuple[Blocks, Integers]:
        blocks = make_blocks(city, points[seeds.carrier])
        return blocks, blocks_of_seeds(seeds, outlines, blocks)

    (blocks, pairs), (places, owner) = at_once(block, lambda: seeds.samples(outlines))
    samples = seed_samples(seeds, (places, owner), blocks, pairs)
    block_label = label_blocks(samples, blocks, int(seeds.group.max(initial=-1)) + 1)
    samples = with_slivers(samples, blocks, block_label)
    drawn = ridges(samples, blocks.boxes)
    astride = np.bincount(pairs[:, 0], minlength=len(seeds.shapes)) > 1
    _note(city, astride & seeds.has_households, FindingKind.ASTRIDE_LINE, ledger)
    outlined = seeds.has_households & (astride | _is_cut(seeds, outlines, drawn))
    found = label_faces(blocks, drawn, _outlines(seeds, outlines, outlined), block_label)
    _label_untold(found, samples)
    fabric = _gathered(city, blocks, found, points)
    _note(city, outlined & _is_lost(city, fabric, outlined), FindingKind.BUILDING_CUT, ledger)
    return fabric


def _note(city: City, seeds: Booleans, kind: FindingKind, ledger: Ledger) -> None:
    for row in city.seeds.carrier[seeds]:
        ledger.note(int(city.carriers.community[row]), kind, str(city.carriers.names[row]))


def _may_lose(seeds: Seeds) -> Floats:
    """Return the square metres a building may lose and still count as whole: 2, or 5 % if that is more."""
    return np.asarray(np.maximum(ASTRIDE_M2, ASTRIDE_SHARE * shapely.area(seeds.shapes)))


def _is_cut(seeds: Seeds, outlines: Edges, drawn: Ridges) -> Booleans:
    """Tell which household buildings ridges would cut."""
    lived_in = outlines.of(seeds.has_households)
    lost = lost_area(lived_in.ends, lived_in.owner, seeds.group, Borders(drawn.ends, drawn.left, drawn.right))
    return np.asarray(lost > CAREFUL * _may_lose(seeds))


def _is_lost(city: City, fabric: Fabric, seeds: Booleans) -> Booleans:
    """Tell which of some buildings lie outside their own cell by more than they may."""
    rows, lost = np.flatnonzero(seeds), np.zeros(len(seeds))
    held, place = np.unique(fabric.cell_of_carrier[city.seeds.carrier[rows]], return_inverse=True)
    number = np.full(len(fabric.community), -1)
    number[held] = np.arange(len(held))
    own = grid_polygons(fabric.borders, number, len(held))[place]
    shapes = city.seeds.shapes[rows]
    lost[rows] = shapely.area(shapes) - shapely.area(shapely.intersection(shapes, own))
    return np.asarray(lost > _may_lose(city.seeds))


def _outlines(seeds: Seeds, outlines: Edges, chosen: Booleans) -> Outlines:
    """Return the outlines of some seeds, those with the most homes first."""
    rows = np.flatnonzero(chosen)
    rows = rows[np.argsort(-seeds.households[rows], kind="stable")]
    place = np.full(len(chosen), -1)
    place[rows] = np.arange(len(rows))
    edges = outlines.of(chosen)
    return Outlines(edges.ends, place[edges.owner], seeds.group[rows], seeds.community[rows])


def _label_untold(found: Labelled, samples: Samples) -> None:
    """Label faces that no ridge tells by the sample nearest to one of their corners."""
    untold = np.flatnonzero(found.label == UNTOLD)
    corner = np.zeros((len(found.label), 2), dtype=np.int64)
    for face in (found.plane.left, found.plane.right):
        corner[face] = found.plane.ends[:, :2]
    found.label[untold] = nearest_label(samples, corner[untold], found.block[untold])


def _gathered(city: City, blocks: Blocks, found: Labelled, points: Integers) -> Fabric:
    """Gather faces into cells."""
    plane, community = found.plane, np.append(blocks.community, -1)[found.block]
    inside = community >= 0
    number = np.where(inside, np.cumsum(inside) - 1, -1)
    face = _faces_of_carriers(plane, community, points, city.carriers)
    cells = gather(
        Faces(
            found.label[inside],
            community[inside],
            plane.area[inside[:-1]],
            number[plane.left],
            number[plane.right],
            plane.lengths,
        ),
        number[face],
        city.carriers.households,
    )
    cell = np.full(len(inside), -1)
    cell[inside] = cells.cell_of_face
    borders, edge = _borders(plane, cell)
    is_area = np.append(blocks.small_area >= 0, False)[found.block]
    near = np.where(is_area[plane.left[edge]] | is_area[plane.right[edge]], NEAR_CELL_M, 0.0)
    return Fabric(
        borders=borders,
        rank=city.barriers.raised(found.rank[edge], borders, near),
        community=cells.community,
        households=cells.households,
        cell_of_carrier=cell[face],
    )


def _borders(plane: Arrangement, cell: Integers) -> tuple[Segments, Integers]:
    """Return the segments between cells, with a cell on the left, and the edge of each."""
    left, right = cell[plane.left], cell[plane.right]
    edge = np.flatnonzero(left != right)
    left, right, ends = left[edge], right[edge], metres(plane.ends[edge])
    turned = left < 0
    left[turned], right[turned] = right[turned], -1
    ends[turned] = ends[turned][:, [2, 3, 0, 1]]
    return Segments(left, right, ends[:, :2], ends[:, 2:]), edge


def _faces_of_carriers(
    plane: Arrangement, community: Integers, points: Integers, carriers: Carriers
) -> Integers:
    """Return the face of its own community that holds the point of each carrier, or is nearest to it."""
    face = locate(points, plane)
    for row in np.flatnonzero(community[face] != carriers.community):
        beside = [community[side] == carriers.community[row] for side in (plane.left, plane.right)]
        edges = np.flatnonzero(beside[0] | beside[1])
        lines = shapely.linestrings(metres(plane.ends[edges]).reshape(-1, 2, 2))
        face[row] = -1
        if len(edges):
            edge = edges[np.argmin(shapely.distance(lines, carriers.points[row]))]
            face[row] = plane.left[edge] if beside[0][edge] else plane.right[edge]
    return face
