"""Five merits of a plan, each from 0 to 1, 1 the best; they do not depend on how the plan was made."""

from dataclasses import asdict, dataclass

import numpy as np
import shapely

from gridmap.core.division.fabric.lines import ROAD
from gridmap.core.division.layout import Layout
from gridmap.core.division.redivision.standing import continued
from gridmap.core.model import Band
from gridmap.core.topology import Booleans, Integers


@dataclass(frozen=True, slots=True)
class Merits:
    """What speaks for a plan; NaN where there is nothing to measure.

    Attributes
    ----------
    on_roads : share of the metres of border between grids that lies along streets or better.
    compactness : mean over the grids of 4·π·area/perimeter² (Polsby and Popper 1991).
    balance : mean over general grids of 1 − |households − middle of the band| / half its width, 0 beyond it.
    old_lines : share of the households in an earlier plan that stay in the grid that continues theirs.
    compounds : of the households in estates (compounds, runs of one street) that a grid could hold, the share whose estate
        is in one grid.
    """

    on_roads: float
    compactness: float
    balance: float
    old_lines: float
    compounds: float

    def as_dict(self) -> dict[str, float]:
        """Return the merits by name."""
        return asdict(self)


def merits(layout: Layout, label: Integers, is_dedicated: Booleans, band: Band) -> Merits:
    """Measure a plan.

    Parameters
    ----------
    label : shape (n,), the grid of each cell, from 0 without gaps.
    is_dedicated : shape (g,), grids outside the band by rule.
    """
    polygons = layout.polygons(label)
    held = np.bincount(label, layout.graph.households)[~is_dedicated]
    middle, half = (band.minimum + band.maximum) / 2, max(0.5, (band.maximum - band.minimum) / 2)
    return Merits(
        on_roads=_on_roads(layout, label),
        compactness=float(np.mean(4 * np.pi * shapely.area(polygons) / shapely.length(polygons) ** 2)),
        balance=float(np.clip(1 - np.abs(held - middle) / half, 0, 1).mean()) if len(held) else float("nan"),
        old_lines=_old_lines(layout, label),
        compounds=_compounds(layout, label, band),
    )


def _on_roads(layout: Layout, label: Integers) -> float:
    graph = layout.graph
    metres = graph.metres[label[graph.first] != label[graph.second]].sum(axis=0)
    return float(metres[ROAD:].sum() / metres.sum()) if metres.sum() else float("nan")


def _old_lines(layout: Layout, label: Integers) -> float:
    graph = layout.graph
    known = graph.former >= 0
    whole = graph.households[known].sum()
    stays = known & (continued(graph, label)[label] == graph.former)
    return float(graph.households[stays].sum() / whole) if whole else float("nan")


def _compounds(layout: Layout, label: Integers, band: Band) -> float:
    graph = layout.graph
    rows = np.flatnonzero((graph.estate >= 0) & (graph.households > 0))
    _, estate = np.unique(graph.estate[rows], return_inverse=True)
    households = np.bincount(estate, graph.households[rows])
    fits = households <= band.maximum
    pairs = np.unique(np.column_stack([estate, label[rows]]), axis=0)
    is_whole = np.bincount(pairs[:, 0], minlength=len(households)) == 1
    could = households[fits].sum()
    return float(households[fits & is_whole].sum() / could) if could else float("nan")
