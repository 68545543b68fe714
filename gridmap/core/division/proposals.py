"""Land that a planner may want to make a dedicated site: large, and without households."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.core.division.layout import Layout

LARGE_M2 = 100_000.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """One cell of 10 ha or more without households.

    Attributes
    ----------
    name : of a building on it; empty if there is none.
    polygon : in the CRS of the division.
    """

    name: str
    hectares: float
    polygon: shapely.Geometry

    def __str__(self) -> str:
        """Return name and size in words."""
        return f"{self.name} ({self.hectares:.1f} ha)".strip()


def propose(layout: Layout) -> tuple[Proposal, ...]:
    """Return the proposals for one community; none where nobody lives, for that is a dedicated grid as it is."""
    graph, area = layout.graph, layout.areas()
    if not graph.households.any():
        return ()
    cells = np.flatnonzero((graph.households == 0) & (layout.site < 0) & (area >= LARGE_M2))
    label = np.full(len(area), -1, dtype=np.int64)
    label[cells] = np.arange(len(cells))
    return tuple(
        Proposal(layout.name_of(int(cell)), float(area[cell]) / 10_000, shape)
        for cell, shape in zip(cells, layout.polygons(label), strict=True)
    )
