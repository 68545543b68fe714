"""Whose land each face is, once blocks, ridges and the outlines of some buildings are cut into one another.

Nothing is asked of a point: a block's edges know the block on either side, a ridge the label on either side, an outline
what is inside. A ridge counts only inside its own block, so that it may safely run out of it.
"""

from dataclasses import dataclass

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.fabric.blocks import Blocks
from gridmap.core.division.fabric.cover import Fences, faces_apart, first_holding
from gridmap.core.division.fabric.faces import Arrangement, arrange_pieces
from gridmap.core.division.fabric.noding import node
from gridmap.core.division.fabric.ridges import Ridges
from gridmap.core.topology import Booleans, Floats, Integers

UNTOLD = -2
"""Label of a face of which no ridge tells whose it is."""


@dataclass(frozen=True, slots=True)
class Outlines:
    """Outlines that are to lie in one label, whatever ridges say.

    Attributes
    ----------
    ends : shape (n, 4), millimetres, with the inside on the left.
    owner : shape (n,), row of `label` and `community`; where two overlap, the first has it.
    label, community : shape (k,).
    """

    ends: Integers
    owner: Integers
    label: Integers
    community: Integers


@dataclass(frozen=True, slots=True)
class Labelled:
    """Faces with their labels.

    Attributes
    ----------
    plane : the arrangement.
    label, block : shape (f + 1,), of each face, and -1 for the outside at the end.
    rank : shape (e,), of each edge.
    """

    plane: Arrangement
    label: Integers
    block: Integers
    rank: Integers


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Pieces of one kind of line.

    Attributes
    ----------
    edge : shape (n,), the edge each lies on.
    origin : shape (n,), row of the line.
    left, right : shape (n,), what the line has on either side of the edge.
    """

    edge: Integers
    origin: Integers
    left: Integers
    right: Integers

    def where(self, chosen: Booleans) -> "_Pieces":
        """Return the pieces chosen by a mask."""
        return _Pieces(self.edge[chosen], self.origin[chosen], self.left[chosen], self.right[chosen])


def label_faces(blocks: Blocks, drawn: Ridges, outlines: Outlines, block_label: Integers) -> Labelled:
    """Cut blocks along ridges and outlines and label the faces.

    Parameters
    ----------
    block_label : shape (b,), -1 for a block in which ridges decide.
    """
    plane, (walls, ridges, around) = _arranged(blocks, drawn, outlines)
    is_kept = np.zeros(len(plane.left), dtype=bool)
    is_kept[walls.edge] = True
    block = _blocks(plane, walls, is_kept)
    ridges = ridges.where(
        (drawn.block[ridges.origin] == block[plane.left[ridges.edge]]) & ~is_kept[ridges.edge]
    )
    is_kept[ridges.edge] = is_kept[around.edge] = True
    label = np.append(block_label, -1)[block]
    told = _told(plane, ridges, is_kept)
    label = np.where((block >= 0) & (label < 0), told, label)
    _keep_whole(plane, around, label, np.append(blocks.community, -1)[block], outlines)
    rank = np.zeros(len(plane.left), dtype=np.int64)
    rank[ridges.edge] = drawn.rank[ridges.origin]
    np.maximum.at(rank, walls.edge, blocks.rank[walls.origin])
    return Labelled(plane, label, block, rank)


def _arranged(
    blocks: Blocks, drawn: Ridges, outlines: Outlines
) -> tuple[Arrangement, tuple[_Pieces, _Pieces, _Pieces]]:
    """Cut all lines into one another; return also the pieces of block edges, of ridges and of outlines."""
    lines = (
        (blocks.ends, blocks.left, blocks.right),
        (drawn.ends, drawn.left, drawn.right),
        (outlines.ends, outlines.owner, np.full(len(outlines.owner), -1)),
    )
    ends, left, right = (np.concatenate(column) for column in zip(*lines, strict=True))
    pieces = node(ends, np.arange(len(ends)) >= len(blocks.ends))
    plane = arrange_pieces(pieces.ends)
    ahead, behind = left[pieces.origin], right[pieces.origin]
    turned = ~plane.is_forward
    ahead[turned], behind[turned] = behind[turned], ahead[turned]
    first = np.cumsum([0, *(len(one) for one, _, _ in lines)])
    cuts = np.searchsorted(pieces.origin, first)
    blocks_, ridges, around = (
        _Pieces(
            plane.edge_of_piece[begin:end],
            pieces.origin[begin:end] - start,
            ahead[begin:end],
            behind[begin:end],
        )
        for begin, end, start in zip(cuts[:-1], cuts[1:], first, strict=False)
    )
    return plane, (blocks_, ridges, around)


def _blocks(plane: Arrangement, walls: _Pieces, is_wall: Booleans) -> Integers:
    """Return the block of each face, and -1 for the outside at the end."""
    zone = faces_apart(plane, ~is_wall)
    block = np.full(int(zone.max()) + 1, -1)
    block[zone[plane.left[walls.edge]]] = walls.left
    block[zone[plane.right[walls.edge]]] = walls.right
    return block[zone]


def _told(plane: Arrangement, ridges: _Pieces, is_kept: Booleans) -> Integers:
    """Return what ridges tell about each face, `UNTOLD` where there are none, and about the outside at the end."""
    zone = faces_apart(plane, ~is_kept)
    label = _of_longest(
        np.concatenate([zone[plane.left[ridges.edge]], zone[plane.right[ridges.edge]]]),
        np.concatenate([ridges.left, ridges.right]),
        np.tile(plane.lengths[ridges.edge], 2),
        int(zone.max()) + 1,
    )
    return label[zone]


@compiled
def _of_longest(zone: Integers, label: Integers, metres: Floats, count: int) -> Integers:
    """Return the label told by the longest ridge around each of `count` zones."""
    best, found = np.zeros(count), np.full(count, UNTOLD, dtype=np.int64)
    for nth in range(len(zone)):
        if metres[nth] > best[zone[nth]]:
            best[zone[nth]], found[zone[nth]] = metres[nth], label[nth]
    return found


def _keep_whole(
    plane: Arrangement, around: _Pieces, label: Integers, community: Integers, outlines: Outlines
) -> None:
    """Label the faces inside outlines with the outline's label."""
    is_left = around.left >= 0
    held = first_holding(plane, Fences(around.edge, np.where(is_left, around.left, around.right), is_left))
    face = np.flatnonzero(held >= 0)
    face = face[outlines.community[held[face]] == community[face]]
    label[face] = outlines.label[held[face]]
