"""Whose land each face is, once blocks, ridges and the outlines of some buildings are cut into one another."""

from dataclasses import dataclass

import numpy as np

from gridmap.core.division._compiled import compiled
from gridmap.core.division.blocks import Blocks
from gridmap.core.division.cover import first_holding, groups
from gridmap.core.division.faces import Arrangement, arrange_pieces
from gridmap.core.division.noding import Pieces, node
from gridmap.core.division.ridges import Ridges
from gridmap.core.topology import Booleans, Floats, Integers


@dataclass(frozen=True, slots=True)
class Outlines:
    """Edges of outlines that are to lie in one label, whatever ridges say.

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
    label, block : shape (f,), of each face; -1 outside all communities.
    rank : shape (e,), of each edge.
    """

    plane: Arrangement
    label: Integers
    block: Integers
    rank: Integers


def label_faces(blocks: Blocks, drawn: Ridges, outlines: Outlines, block_label: Integers) -> Labelled:
    """Cut blocks along ridges and outlines and label the faces.

    Parameters
    ----------
    block_label : shape (b,), -1 for a block in which ridges decide.
    """
    own = len(blocks.ends)
    ends = np.concatenate([blocks.ends, drawn.ends, outlines.ends])
    pieces = node(ends, np.arange(len(ends)) >= own)
    plane = arrange_pieces(pieces.ends)
    of_ridge, of_outline = pieces.origin - own, pieces.origin - own - len(drawn.ends)
    is_wall = np.zeros(len(plane.left), dtype=bool)
    is_wall[plane.edge_of_piece[of_ridge < 0]] = True
    block = _blocks_of_faces(plane, pieces, blocks, is_wall)
    at = block[plane.left[plane.edge_of_piece]]
    kept = (
        (of_ridge < 0) | ((of_ridge < len(drawn.ends)) & (drawn.block.take(of_ridge, mode="clip") == at))
        if len(drawn.block)
        else (of_ridge < 0)
    )
    kept |= of_outline >= 0
    is_kept = np.zeros(len(plane.left), dtype=bool)
    is_kept[plane.edge_of_piece[kept]] = True
    label = _labels(
        plane, pieces, block, drawn, own, block_label, is_kept, kept & (of_ridge >= 0) & (of_outline < 0)
    )
    _keep_whole(plane, pieces, label, np.append(blocks.community, -1)[block], outlines, own + len(drawn.ends))
    rank = np.zeros(len(plane.left), dtype=np.int64)
    of_piece = np.concatenate([blocks.rank, drawn.rank, np.zeros(len(outlines.ends), dtype=np.int64)])
    np.maximum.at(rank, plane.edge_of_piece[kept], of_piece[pieces.origin[kept]])
    return Labelled(plane, label[:-1], block[:-1], rank)


def _blocks_of_faces(plane: Arrangement, pieces: Pieces, blocks: Blocks, is_wall: Booleans) -> Integers:
    """Return the block of each face, and -1 for the outside at the end."""
    zone = groups(len(plane.area) + 1, plane.left + 1, plane.right + 1, ~is_wall)
    of_zone = np.full(int(zone.max()) + 1, -1)
    rows = np.flatnonzero(pieces.origin < len(blocks.ends))
    edge, origin, forward = plane.edge_of_piece[rows], pieces.origin[rows], plane.is_forward[rows]
    left = np.where(forward, blocks.left[origin], blocks.right[origin])
    right = np.where(forward, blocks.right[origin], blocks.left[origin])
    of_zone[zone[plane.left[edge] + 1]] = left
    of_zone[zone[plane.right[edge] + 1]] = right
    return np.append(of_zone[zone[1:]], of_zone[zone[0]])


def _labels(
    plane: Arrangement,
    pieces: Pieces,
    block: Integers,
    drawn: Ridges,
    own: int,
    block_label: Integers,
    is_kept: Booleans,
    voting: Booleans,
) -> Integers:
    """Return the label of each face, and -1 for the outside at the end; faces that no ridge tells have -2."""
    group = groups(len(block), plane.left + 1, plane.right + 1, ~is_kept)
    group = np.append(group[1:], group[0])
    rows = np.flatnonzero(voting)
    edge, ridge, forward = plane.edge_of_piece[rows], pieces.origin[rows] - own, plane.is_forward[rows]
    told = _longest(
        np.concatenate([group[plane.left[edge]], group[plane.right[edge]]]),
        np.concatenate(
            [
                np.where(forward, drawn.left[ridge], drawn.right[ridge]),
                np.where(forward, drawn.right[ridge], drawn.left[ridge]),
            ]
        ),
        np.tile(plane.lengths[edge], 2),
        int(group.max()) + 1,
    )
    label = np.where(block >= 0, np.append(block_label, -1)[block], -1)
    return np.where((block >= 0) & (label < 0), told[group], label)


@compiled
def _longest(group: Integers, label: Integers, metres: Floats, count: int) -> Integers:
    """Return the label of each group that its longest ridge tells, -2 where there is none."""
    best, found = np.zeros(count), np.full(count, -2, dtype=np.int64)
    for nth in range(len(group)):
        if metres[nth] > best[group[nth]]:
            best[group[nth]], found[group[nth]] = metres[nth], label[nth]
    return found


def _keep_whole(
    plane: Arrangement, pieces: Pieces, label: Integers, community: Integers, outlines: Outlines, own: int
) -> None:
    """Label the faces inside outlines with the outline's label."""
    if not len(outlines.ends):
        return
    rows = np.flatnonzero(pieces.origin >= own)
    held = first_holding(
        len(plane.area),
        plane.left,
        plane.right,
        plane.edge_of_piece[rows],
        outlines.owner[pieces.origin[rows] - own],
        plane.is_forward[rows],
    )
    face = np.flatnonzero(held >= 0)
    face = face[outlines.community[held[face]] == community[face]]
    label[face] = outlines.label[held[face]]
