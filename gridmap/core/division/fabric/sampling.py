"""Outlines as straight edges, and points along them."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.core.division.fabric.noding import whole
from gridmap.core.topology import Booleans, Floats, Geometries, Integers

INSET_M = 0.5
"""Metres by which samples lie inside the outline, so that the line between two buildings that touch runs along their
common wall."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Straight edges of shapes; of outlines, each with the inside on its left hand.

    Attributes
    ----------
    start, end : shape (n, 2), metres.
    owner : shape (n,), index of the shape.
    """

    start: Floats
    end: Floats
    owner: Integers

    @property
    def ends(self) -> Integers:
        """Shape (n, 4), x and y of both ends in millimetres."""
        return whole(np.hstack([self.start, self.end]))

    @property
    def lengths(self) -> Floats:
        """Metres of each edge."""
        return np.asarray(np.hypot(*(self.end - self.start).T))

    def of(self, chosen: Booleans) -> "Edges":
        """Return the edges of the shapes chosen by a mask."""
        rows = chosen[self.owner]
        return Edges(self.start[rows], self.end[rows], self.owner[rows])


def outline_edges(polygons: Geometries) -> Edges:
    """Return the edges of all rings of polygons."""
    parts, polygon = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    edges = _consecutive(rings, np.arange(len(rings)))
    area = np.bincount(edges.owner, _twice(edges), minlength=len(rings))
    is_shell = np.diff(part, prepend=-1) != 0
    turned = ((area < 0) == is_shell)[edges.owner][:, None]
    start, end = np.where(turned, edges.end, edges.start), np.where(turned, edges.start, edges.end)
    return Edges(start, end, polygon[part[edges.owner]].astype(np.int64))


def _twice(edges: Edges) -> Floats:
    """Return what each edge adds to twice the area of its ring, counter-clockwise."""
    start, end = edges.start - edges.start[:1], edges.end - edges.start[:1]
    return np.asarray(start[:, 0] * end[:, 1] - start[:, 1] * end[:, 0])


def line_edges(lines: Geometries) -> Edges:
    """Return the straight pieces of lines."""
    parts, line = shapely.get_parts(lines, return_index=True)
    return _consecutive(parts, line)


def _consecutive(lines: Geometries, owner: Integers) -> Edges:
    points, line = shapely.get_coordinates(lines, return_index=True)
    follows = line[:-1] == line[1:]
    return Edges(points[:-1][follows], points[1:][follows], owner[line[:-1][follows]].astype(np.int64))


def along(start: Floats, end: Floats, spacing: Floats) -> tuple[Floats, Integers]:
    """Place points evenly along straight segments, the same from either end.

    Returns
    -------
    points of shape (m, 2), and the index of the segment each lies on.
    """
    length = np.hypot(*(end - start).T)
    count = np.maximum(1, np.ceil(length / spacing)).astype(np.int64)
    segment = np.repeat(np.arange(len(start)), count)
    nth = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count)
    share = ((nth + 0.5) / count[segment])[:, None]
    return start[segment] + share * (end - start)[segment], segment


def sample_edges(edges: Edges, spacing: Floats) -> tuple[Floats, Integers]:
    """Sample edges, `INSET_M` inside their polygon.

    Parameters
    ----------
    spacing : shape (n,), metres between the samples of each edge.

    Returns
    -------
    points of shape (m, 2), and the polygon each belongs to.
    """
    samples, edge = along(edges.start, edges.end, spacing)
    way = edges.end - edges.start
    inward = np.stack([-way[:, 1], way[:, 0]], axis=1) / np.maximum(np.hypot(*way.T), 1e-9)[:, None]
    return samples + INSET_M * inward[edge], edges.owner[edge]
