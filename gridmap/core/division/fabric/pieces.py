"""Faces gathered into cells: one piece each, crumbs given to the neighbour, households where their point lies."""

from dataclasses import dataclass

import numpy as np

from gridmap.core.division.fabric.cover import groups
from gridmap.core.topology import Booleans, Floats, Integers

CRUMB_M2 = 150.0
"""A piece that hangs apart from its cell goes to a neighbour if it is smaller than this, else it is an empty cell."""


@dataclass(frozen=True, slots=True)
class Faces:
    """Faces to be gathered.

    Attributes
    ----------
    label, community : shape (f,); cells are made of faces of one label and community.
    area : shape (f,), square metres.
    left, right, metres : shape (e,), faces on either side of each edge, -1 outside, and its length.
    """

    label: Integers
    community: Integers
    area: Floats
    left: Integers
    right: Integers
    metres: Floats


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells as groups of faces; every cell hangs together.

    Attributes
    ----------
    cell_of_face : shape (f,).
    community, households : shape (c,).
    """

    cell_of_face: Integers
    community: Integers
    households: Integers


def gather(faces: Faces, face_of_carrier: Integers, households: Integers) -> Cells:
    """Join faces of one label and community into cells.

    Of a label in several pieces the one with the most households, then the largest, is the cell. A further piece
    with households, or of 150 m² or more, is a cell by itself; a smaller one joins the neighbour with the longest
    common border.

    Parameters
    ----------
    face_of_carrier, households : shape (n,); -1 for a carrier that lies in no face.
    """
    inner = (faces.left >= 0) & (faces.right >= 0)
    left, right, metres = faces.left[inner], faces.right[inner], faces.metres[inner]
    of_one = faces.community[left] == faces.community[right]
    left, right, metres = left[of_one], right[of_one], metres[of_one]
    piece = groups(len(faces.label), left, right, faces.label[left] == faces.label[right])
    count = int(piece.max(initial=-1)) + 1
    placed = face_of_carrier >= 0
    held = np.bincount(piece[face_of_carrier[placed]], households[placed], minlength=count).astype(np.int64)
    area = np.bincount(piece, faces.area, minlength=count).astype(np.float64)
    label, community = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    label[piece], community[piece] = faces.label, faces.community
    crumb = ~_is_main(label, community, held, area) & (held == 0) & (area < CRUMB_M2)
    owner = _absorb(crumb, piece[left], piece[right], metres)
    _, first, cell = np.unique(owner, return_index=True, return_inverse=True)
    final = _in_order(community[owner[first]], label[owner[first]])[cell]
    cells = int(final.max(initial=-1)) + 1
    of_cell = np.zeros(cells, dtype=np.int64)
    of_cell[final] = community
    return Cells(final[piece], of_cell, np.bincount(final, held, minlength=cells).astype(np.int64))


def _is_main(label: Integers, community: Integers, households: Integers, area: Floats) -> Booleans:
    """Tell which piece is the main one of its label."""
    order = np.lexsort((-area, -households, community, label))
    first = np.diff(label[order], prepend=-2) != 0
    first |= np.diff(community[order], prepend=-2) != 0
    main = np.zeros(len(label), dtype=bool)
    main[order[first]] = True
    return main


def _absorb(crumb: Booleans, left: Integers, right: Integers, length: Floats) -> Integers:
    """Give each crumb to the neighbour with the longest common border, crumbs among crumbs last."""
    owner = np.arange(len(crumb))
    beside = (left != right) & (crumb[left] | crumb[right])
    left, right, length = left[beside], right[beside], length[beside]
    one, two = np.concatenate([left, right]), np.concatenate([right, left])
    pairs, nth = np.unique(np.column_stack([one, two]), axis=0, return_inverse=True)
    common = np.bincount(nth, np.tile(length, 2), minlength=len(pairs))
    waiting = crumb.copy()
    while waiting.any():
        ready = waiting[pairs[:, 0]] & ~waiting[pairs[:, 1]] if len(pairs) else np.zeros(0, bool)
        if not ready.any():
            break
        chosen = np.flatnonzero(ready)[np.lexsort((common[ready], pairs[ready, 0]))]
        last = np.diff(pairs[chosen, 0], append=-1) != 0
        owner[pairs[chosen[last], 0]] = owner[pairs[chosen[last], 1]]
        waiting[pairs[chosen[last], 0]] = False
    return owner


def _in_order(community: Integers, label: Integers) -> Integers:
    """Return the place of each cell when sorted by community and label."""
    order = np.lexsort((label, community))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place
