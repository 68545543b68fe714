"""Voronoi lines between outlines, block by block.

Outlines are sampled a little inside the building, so that the line between two buildings that touch runs along
their common wall. The dual of the Delaunay triangulation of the samples gives the lines; only those between samples
of different labels are kept. Many blocks are laid out side by side and triangulated in one call.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import Delaunay

from gridmap.core.topology import Floats, Geometries, Integers

INSET = 0.5
"""Metres by which samples lie inside the outline."""
SAMPLES_PER_CALL = 20_000
STRAIGHTEN = 0.2
"""Metres by which a line may be straightened."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Points that stand for a label inside a block.

    Attributes
    ----------
    points : shape (n, 2), metres.
    label, block : shape (n,).
    """

    points: Floats
    label: Integers
    block: Integers


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


@dataclass(frozen=True, slots=True)
class Edges:
    """Straight edges of outlines, each with the inside on its left hand.

    Attributes
    ----------
    start, end : shape (n, 2), metres.
    owner : shape (n,), index of the polygon.
    """

    start: Floats
    end: Floats
    owner: Integers


def outline_edges(polygons: Geometries) -> Edges:
    """Return the edges of all rings of polygons."""
    parts, polygon = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    follows = ring[:-1] == ring[1:]
    return Edges(points[:-1][follows], points[1:][follows], polygon[part[ring[:-1][follows]]])


def sample_edges(edges: Edges, spacing: Floats) -> tuple[Floats, Integers]:
    """Sample edges, `INSET` metres inside their polygon.

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
    return samples + INSET * inward[edge], edges.owner[edge]


def _layout(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return shifts that set boxes in a row, each too far from the next to touch its lines, and a frame for each."""
    reach = np.maximum(np.hypot(*(high - low).T), 1.0)
    centre = np.stack([6 * np.cumsum(reach) - 3 * reach, np.zeros(len(reach))], axis=1)
    corners = np.array([[-2, -2], [-2, 2], [2, -2], [2, 2]])
    frame = (centre[:, None, :] + corners[None] * reach[:, None, None]).reshape(-1, 2)
    return centre - (low + high) / 2, frame


def _dual(points: Floats, label: Integers, block: Integers) -> tuple[Floats, Floats, Integers]:
    """Return the Voronoi edges between points of different labels in one block, and their block."""
    mesh = Delaunay(points)
    corners = points[mesh.simplices]
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        twice = 2 * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
        aa, bb = (a**2).sum(axis=1), (b**2).sum(axis=1)
        centre = corners[:, 0] + np.stack(
            [(b[:, 1] * aa - a[:, 1] * bb) / twice, (a[:, 0] * bb - b[:, 0] * aa) / twice], axis=1
        )
    starts, ends, blocks = [], [], []
    for corner in range(3):
        other = mesh.neighbors[:, corner]
        one, two = (mesh.simplices[:, (corner + step) % 3] for step in (1, 2))
        parted = (label[one] != label[two]) & (block[one] == block[two]) & (block[one] >= 0)
        chosen = np.flatnonzero(parted & (other > np.arange(len(other))))
        starts.append(centre[chosen])
        ends.append(centre[other[chosen]])
        blocks.append(block[one[chosen]])
    start, end = np.concatenate(starts), np.concatenate(ends)
    real = np.isfinite(start).all(axis=1) & np.isfinite(end).all(axis=1) & (start != end).any(axis=1)
    return start[real], end[real], np.concatenate(blocks)[real]


def _chunks(block: Integers) -> list[Integers]:
    """Split sample indices, sorted by block, into runs of whole blocks."""
    starts = np.flatnonzero(np.diff(block, prepend=-1))
    cuts, last = [], 0
    for start in starts[1:]:
        if start - last >= SAMPLES_PER_CALL:
            cuts.append(start)
            last = start
    return list(np.split(np.arange(len(block)), cuts))


def _edges_of(samples: Samples, blocks: Geometries) -> tuple[Floats, Floats, Integers]:
    """Return the Voronoi edges of some whole blocks."""
    held, local = np.unique(samples.block, return_inverse=True)
    bounds = shapely.bounds(blocks[held])
    low, high = bounds[:, :2], bounds[:, 2:]
    np.minimum.at(low, local, samples.points)
    np.maximum.at(high, local, samples.points)
    shift, frame = _layout(low, high)
    points = np.concatenate([samples.points + shift[local], frame])
    outside = np.full(len(frame), -1)
    start, end, at = _dual(points, np.r_[samples.label, outside], np.r_[local, outside])
    return start - shift[at], end - shift[at], held[at]


def voronoi_lines(samples: Samples, blocks: Geometries) -> Geometries:
    """Return the lines between samples of different labels, clipped to their block.

    Parameters
    ----------
    samples : points with label and block; blocks without samples, or with one label, yield no line.
    blocks : shape (b,), polygons.

    Returns
    -------
    lines, one collection per block that has any; nodes of one block agree exactly among themselves.
    """
    order = np.argsort(samples.block, kind="stable")
    ordered = Samples(samples.points[order], samples.label[order], samples.block[order])
    edges = [
        _edges_of(Samples(ordered.points[run], ordered.label[run], ordered.block[run]), blocks)
        for run in _chunks(ordered.block)
        if len(run)
    ]
    if not edges:
        return np.empty(0, dtype=object)
    start, end, block = (np.concatenate(column) for column in zip(*edges, strict=True))
    order = np.argsort(block, kind="stable")
    held, nth = np.unique(block[order], return_inverse=True)
    segments = shapely.linestrings(np.stack([start[order], end[order]], axis=1))
    chains = shapely.line_merge(shapely.multilinestrings(segments, indices=nth))
    shapely.prepare(blocks)
    return np.asarray(shapely.intersection(shapely.simplify(chains, STRAIGHTEN), blocks[held]))
