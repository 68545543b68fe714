"""Which buildings get a cell of their own, and which share one."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.core.division.carriers import ASTRIDE_M2, ASTRIDE_SHARE, Carriers
from gridmap.core.division.fabric.nearby import closeness
from gridmap.core.division.fabric.noding import whole
from gridmap.core.division.fabric.sampling import Edges, outline_edges, sample_edges
from gridmap.core.division.findings import FindingKind, Ledger
from gridmap.core.topology import Booleans, Floats, Geometries, Integers

LARGE_M2 = 300.0
"""A building without households gets a cell of its own from this footprint on (schools, malls)."""
SPARSE_M = 10.0
"""Metres between samples of an outline where no other building is near, at most."""
SPACING = ((10.0, 6.0), (5.0, 3.0), (2.0, 1.5))
"""Where another building is nearer than the first number of metres, samples are at most the second apart, so that the
line between the two cuts neither."""


@dataclass(frozen=True, slots=True)
class Seeds:
    """Outlines or points around which cells are drawn.

    Attributes
    ----------
    shapes : shape (n,), Point, Polygon or MultiPolygon.
    group : shape (n,), seeds of one group share a cell; numbered from 0.
    carrier : shape (n,), row of the building.
    households : shape (n,).
    community : shape (n,).
    """

    shapes: Geometries
    group: Integers
    carrier: Integers
    households: Integers
    community: Integers

    @property
    def has_households(self) -> Booleans:
        """Tell which seeds hold households."""
        return np.asarray(self.households > 0)

    @property
    def is_area(self) -> Booleans:
        """Tell which seeds are outlines rather than points."""
        return np.asarray(shapely.get_dimensions(self.shapes) == 2)

    def outlines(self) -> Edges:
        """Return the edges of all outlines; their owner is the seed."""
        areas = np.flatnonzero(self.is_area)
        edges = outline_edges(self.shapes[areas])
        return Edges(edges.start, edges.end, areas[edges.owner])

    def samples(self, outlines: Edges) -> tuple[Integers, Integers]:
        """Sample outlines a little inside, densely where another group is close, and points as they are.

        Returns
        -------
        points of shape (m, 2) in millimetres, and the seed each belongs to; sorted by seed.
        """
        spots = np.flatnonzero(~self.is_area)
        places = shapely.get_coordinates(self.shapes[spots]).reshape(-1, 2)
        inside, owner = sample_edges(outlines, self._spacing(outlines, places, spots))
        seed = np.concatenate([owner, spots])
        order = np.argsort(seed, kind="stable")
        return whole(np.concatenate([inside, places]))[order], seed[order]

    def _spacing(self, outlines: Edges, places: Floats, spots: Integers) -> Floats:
        """Return metres between samples: the closer another group is to an edge, the denser."""
        ends = np.concatenate([outlines.ends, whole(np.hstack([places, places]))])
        group = self.group[np.concatenate([outlines.owner, spots])]
        limits = whole(np.array([distance for distance, _ in SPACING]))
        spacing = np.array([SPARSE_M, *(metres for _, metres in SPACING)])
        return spacing[closeness(ends, group, limits)[: len(outlines.owner)]]


def choose_seeds(
    buildings: Carriers, ledger: Ledger, *, most_households: int, aside: Booleans | None = None
) -> Seeds:
    """Choose the buildings that get a cell.

    Buildings with households, or with an unknown count, do; so do large ones. Small sheds go with the land they
    stand on. An outline without households under several household buildings is a podium and is set aside. Buildings
    that overlap by more than 5 % share a cell, as far as it holds no more than a grid may.

    Parameters
    ----------
    most_households : the upper end of the band.
    aside : shape (n,), buildings that get none in any case; None: no building.
    """
    area = shapely.area(buildings.shapes)
    lived_in = buildings.households > 0
    wanted = lived_in | (~buildings.is_counted & (area > 0)) | (area >= LARGE_M2)
    wanted &= True if aside is None else ~aside
    overlaps = _overlaps(buildings, wanted)
    podium = _podiums(buildings, overlaps.first, overlaps.second)
    for row in np.flatnonzero(podium & wanted):
        ledger.note(int(buildings.community[row]), FindingKind.PODIUM, str(buildings.names[row]))
    rows = np.flatnonzero(wanted & ~podium)
    kept = wanted & ~podium
    group = _groups(buildings, overlaps, kept, most_households)
    _note_overlaps(buildings, group, kept, ledger)
    _, group = np.unique(group[rows], return_inverse=True)
    return Seeds(
        buildings.shapes[rows],
        group.astype(np.int64),
        rows,
        buildings.households[rows],
        buildings.community[rows],
    )


@dataclass(frozen=True, slots=True)
class _Overlaps:
    """Pairs of buildings of one community that overlap, and the share of the smaller that both cover."""

    first: Integers
    second: Integers
    share: Floats


def _overlaps(buildings: Carriers, wanted: Booleans) -> _Overlaps:
    """Return pairs of wanted buildings that overlap by more than 5 % of the smaller and 2 m², or share a point."""
    rows = np.flatnonzero(wanted)
    shapes = buildings.shapes[rows]
    first, second = shapely.STRtree(shapes).query(shapes)
    same = (first < second) & (buildings.community[rows[first]] == buildings.community[rows[second]])
    first, second = first[same], second[same]
    apart = ~shapely.intersects(shapes[first], shapes[second]) | shapely.touches(
        shapes[first], shapes[second]
    )
    first, second = first[~apart], second[~apart]
    smaller = np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    common = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    share = np.where(smaller > 0, common / np.maximum(smaller, 1e-9), 1.0)
    much = (smaller == 0) | ((common > ASTRIDE_M2) & (share > ASTRIDE_SHARE))
    return _Overlaps(rows[first[much]], rows[second[much]], share[much])


def _podiums(buildings: Carriers, one: Integers, two: Integers) -> Booleans:
    """Tell which buildings without households overlap two or more with households."""
    towers = np.zeros(len(buildings.shapes), dtype=np.int64)
    np.add.at(towers, one, buildings.households[two] > 0)
    np.add.at(towers, two, buildings.households[one] > 0)
    return np.asarray((towers >= 2) & (buildings.households == 0))


def _groups(buildings: Carriers, overlaps: _Overlaps, kept: Booleans, most: int) -> Integers:
    """Join overlapping buildings, the most overlapping first, as long as a group holds no more than a grid may."""
    group = np.arange(len(buildings.shapes))
    held = buildings.households.copy()
    for pair in np.argsort(-overlaps.share, kind="stable"):
        one, two = group[overlaps.first[pair]], group[overlaps.second[pair]]
        if one != two and kept[one] and kept[two] and held[one] + held[two] <= most:
            held[one] += held[two]
            group[group == two] = one
    return group


def _note_overlaps(buildings: Carriers, group: Integers, kept: Booleans, ledger: Ledger) -> None:
    members = np.bincount(group[kept], minlength=int(group.max(initial=0)) + 1)
    for row in np.flatnonzero(kept & (members[group] > 1)):
        ledger.note(int(buildings.community[row]), FindingKind.OVERLAPPING, str(buildings.names[row]))
