"""Cut lines at places along them, all lines at once."""

from typing import NamedTuple

import numpy as np
import shapely

from gridmap.core.topology import Floats, Geometries, Integers


class Pieces(NamedTuple):
    """What lines were cut into, in the order of the lines and along each.

    Attributes
    ----------
    shapes : shape (n,), LineStrings.
    line : shape (n,), the line each was cut from.
    """

    shapes: Geometries
    line: Integers


def cut(shapes: Geometries, line: Integers, along: Floats, *, shortest: float) -> Pieces:
    """Cut lines.

    Parameters
    ----------
    shapes : shape (n,), LineStrings.
    line, along : shape (k,), where to cut: the line, and metres from its start.
    shortest : cuts that would leave a shorter piece are not made, in metres.
    """
    line, along = _apart(shapes, line, along, shortest)
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    places = shapely.get_coordinates(shapely.line_interpolate_point(shapes[line], along))
    is_cut = np.repeat([False, True], [len(points), len(places)])
    owners = np.concatenate([owner, line])
    order = np.lexsort((is_cut, np.concatenate([_measures(points, owner), along]), owners))
    rows = np.repeat(order, np.where(is_cut[order], 2, 1))
    begins = np.diff(owners[rows], prepend=-1) != 0
    begins[1:] |= is_cut[rows[1:]] & (rows[1:] == rows[:-1])
    piece = np.cumsum(begins) - 1
    pieces = shapely.linestrings(np.concatenate([points, places])[rows], indices=piece)
    return Pieces(np.asarray(pieces, dtype=object), owners[rows][begins])


def _apart(shapes: Geometries, line: Integers, along: Floats, shortest: float) -> tuple[Integers, Floats]:
    """Keep one of the cuts that lie closer together than the shortest piece, and none so close to an end."""
    order = np.lexsort((along, line))
    line, along = line[order], along[order]
    inside = (along > shortest) & (along < shapely.length(shapes[line]) - shortest)
    line, along = line[inside], along[inside]
    apart = (np.diff(line, prepend=-1) != 0) | (np.diff(along, prepend=-np.inf) > shortest)
    return line[apart], along[apart]


def _measures(points: Floats, owner: Integers) -> Floats:
    """Return the metres from the start of its line to each vertex."""
    steps = np.hypot(*np.diff(points, axis=0, prepend=points[:1]).T)
    begins = np.diff(owner, prepend=-1) != 0
    steps[begins] = 0.0
    total = np.cumsum(steps)
    return np.asarray(
        total - np.repeat(total[begins], np.diff(np.append(np.flatnonzero(begins), len(owner))))
    )
