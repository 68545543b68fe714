"""Faces gathered into cells: one piece each, crumbs given to the neighbour, households where their point lies."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.core.division.carriers import Carriers
from gridmap.core.topology import Booleans, Floats, Geometries, Integers, Segments, components

CRUMB_M2 = 150.0
"""A piece that hangs apart from its cell goes to a neighbour if it is smaller than this, else it is an empty cell."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells as groups of faces; every cell hangs together.

    Attributes
    ----------
    cell_of_face, cell_of_carrier : shapes (f,) and (n,); -1 for a carrier that lies in no face.
    community, households : shape (c,).
    """

    cell_of_face: Integers
    cell_of_carrier: Integers
    community: Integers
    households: Integers


def gather(
    faces: Geometries, label: Integers, community: Integers, segments: Segments, carriers: Carriers
) -> Cells:
    """Join faces of one label and community into cells.

    Of a label in several pieces the one with the most households, then the largest, is the cell. A further piece
    with households, or of 150 m² or more, is a cell by itself; a smaller one joins the neighbour with the longest
    common border.
    """
    inner = segments.where(segments.right >= 0)
    inner = inner.where(community[inner.left] == community[inner.right])
    same = label[inner.left] == label[inner.right]
    piece = components(len(faces), inner.left[same], inner.right[same])
    face_of_carrier = _locate(carriers, faces, community)
    placed = face_of_carrier >= 0
    count = int(piece.max(initial=-1)) + 1
    households = np.zeros(count, dtype=np.int64)
    np.add.at(households, piece[face_of_carrier[placed]], carriers.households[placed])
    area = np.bincount(piece, shapely.area(faces), minlength=count).astype(np.float64)
    label_of, community_of = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    label_of[piece], community_of[piece] = label, community
    crumb = ~_is_main(label_of, community_of, households, area) & (households == 0) & (area < CRUMB_M2)
    owner = _absorb(crumb, piece[inner.left], piece[inner.right], inner.lengths())
    _, first, cell = np.unique(owner, return_index=True, return_inverse=True)
    final = _in_order(community_of[owner[first]], label_of[owner[first]])[cell]
    cells = int(final.max(initial=-1)) + 1
    held, of_cell = np.zeros(cells, dtype=np.int64), np.zeros(cells, dtype=np.int64)
    np.add.at(held, final, households)
    of_cell[final] = community_of
    at = np.where(placed, final[piece[face_of_carrier]], -1)
    return Cells(final[piece], at, of_cell, held)


def _locate(carriers: Carriers, faces: Geometries, community: Integers) -> Integers:
    """Return the face of its own community in which the point of each carrier lies."""
    found = np.full(len(carriers.points), -1, dtype=np.int64)
    carrier, face = shapely.STRtree(faces).query(carriers.points, predicate="intersects")
    own = community[face] == carriers.community[carrier]
    found[carrier[own][::-1]] = face[own][::-1]
    lost = np.flatnonzero(found < 0)
    for row in lost:  # on a rounded border, or where communities overlap
        own_faces = np.flatnonzero(community == carriers.community[row])
        if len(own_faces):
            found[row] = own_faces[np.argmin(shapely.distance(faces[own_faces], carriers.points[row]))]
    return found


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
    apart = left != right
    one, two = np.concatenate([left[apart], right[apart]]), np.concatenate([right[apart], left[apart]])
    pairs, nth = np.unique(np.column_stack([one, two]), axis=0, return_inverse=True)
    common = np.bincount(nth, np.tile(length[apart], 2), minlength=len(pairs))
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
