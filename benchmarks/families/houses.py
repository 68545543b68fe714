"""Buildings in rows inside compounds, with the households they carry."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from benchmarks.families.streets import frame
from gridmap.core.topology import Booleans, Floats, Geometries, Integers

SETBACK_M = 5.0
WITHOUT_HOUSEHOLDS = 0.07
"""Share of buildings in which nobody lives."""
SAME_DESIGN = 0.4
"""Share of tower compounds in which all towers hold as many households: 264 and 264 never make a grid of 300–500."""


@dataclass(frozen=True, slots=True)
class Rows:
    """How buildings of one kind stand.

    Attributes
    ----------
    length, depth : least and most of a building, metres.
    pitch : metres from one building to the next along a row, and from row to row.
    filled : share of the places built upon.
    floors, per_floor : storeys, and households on each, to choose from; repeat for what is common.
    """

    length: tuple[float, float]
    depth: tuple[float, float]
    pitch: tuple[float, float]
    filled: float
    floors: tuple[int, ...]
    per_floor: tuple[int, ...]


KINDS: Mapping[str, Rows] = {
    "slab": Rows((38, 54), (11, 14), (60, 36), 0.62, (6, 6, 6, 6, 11, 18), (4, 4, 6, 6, 8, 10)),
    "tower": Rows((22, 28), (20, 26), (62, 58), 0.5, (15, 18, 22, 26, 33), (4, 6, 8, 8, 10, 12)),
    "old": Rows((8, 13), (7, 11), (16, 15), 0.85, (1, 1, 2, 3), (1, 1, 1, 2)),
}


@dataclass(frozen=True, slots=True)
class Houses:
    """Buildings.

    Attributes
    ----------
    shapes, households, compound : shape (n,).
    """

    shapes: Geometries
    households: Integers
    compound: Integers

    def chosen(self, rows: Booleans) -> "Houses":
        """Return some of the buildings."""
        return Houses(self.shapes[rows], self.households[rows], self.compound[rows])


def build(compounds: Geometries, kind: np.ndarray, rng: np.random.Generator) -> Houses:
    """Build on compounds.

    Parameters
    ----------
    kind : shape (n,), a name of `KINDS` each, or ``none``.
    """
    built = [_build_rows(compounds, np.flatnonzero(kind == name), name, rng) for name in KINDS]
    houses = Houses(
        *(
            np.concatenate([getattr(one, name) for one in built])
            for name in ("shapes", "households", "compound")
        )
    )
    empty = rng.random(len(houses.shapes)) < WITHOUT_HOUSEHOLDS
    return Houses(houses.shapes, np.where(empty, 0, houses.households), houses.compound)


def _build_rows(compounds: Geometries, chosen: Integers, name: str, rng: np.random.Generator) -> Houses:
    rows, land = KINDS[name], compounds[chosen]
    centre, along, sides = frame(land)
    across_rows = np.maximum(1, ((sides - 2 * SETBACK_M) // np.array(rows.pitch)).astype(np.int64))
    slots = across_rows.prod(axis=1)
    owner = np.repeat(np.arange(len(land)), slots)
    nth = np.arange(len(owner)) - np.repeat(np.cumsum(slots) - slots, slots)
    place = np.stack([nth % across_rows[owner, 0], nth // across_rows[owner, 0]], axis=1)
    offset = (place - (across_rows[owner] - 1) / 2) * np.array(rows.pitch) + rng.uniform(-2, 2, place.shape)
    half = np.stack([rng.uniform(*rows.length, len(owner)), rng.uniform(*rows.depth, len(owner))], axis=1) / 2
    shapes = _rectangles(centre[owner], along[owner], offset, half)
    inside = shapely.buffer(land, -SETBACK_M, join_style="mitre")
    shapely.prepare(inside)
    kept = (rng.random(len(owner)) < rows.filled) & shapely.contains(inside[owner], shapes)
    households = _households(rows, owner, len(land), rng, alike=SAME_DESIGN if name == "tower" else 0.0)
    return Houses(shapes[kept], households[kept], chosen[owner[kept]])


def _rectangles(centre: Floats, along: Floats, offset: Floats, half: Floats) -> Geometries:
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])[None] * half[:, None] + offset[:, None]
    points = centre[:, None] + corners[..., :1] * along[:, None] + corners[..., 1:] * across[:, None]
    return np.asarray(shapely.polygons(np.round(points, 2)))


def _households(
    rows: Rows, owner: Integers, compounds: int, rng: np.random.Generator, *, alike: float
) -> Integers:
    own = rng.choice(rows.floors, len(owner)) * rng.choice(rows.per_floor, len(owner))
    design = rng.choice(rows.floors, compounds) * rng.choice(rows.per_floor, compounds)
    return np.where(rng.random(compounds)[owner] < alike, design[owner], own)


def scaled(households: Integers, group: Integers, wanted: Integers) -> Integers:
    """Change counts so that groups sum to what is wanted, each count by the same factor but for rounding.

    Parameters
    ----------
    households, group : shape (n,).
    wanted : shape (g,); a group in which nobody lives cannot be changed.
    """
    total = np.bincount(group, households, minlength=len(wanted))
    share = households * wanted[group] / np.maximum(total[group], 1)
    whole = np.floor(share).astype(np.int64)
    missing = wanted - np.bincount(group, whole, minlength=len(wanted)).astype(np.int64)
    order = np.lexsort((whole - share, group))
    start = np.searchsorted(group[order], np.arange(len(wanted)))
    nth = np.arange(len(order)) - start[group[order]]
    whole[order] += nth < missing[group[order]]
    return whole
