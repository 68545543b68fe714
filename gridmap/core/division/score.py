"""How good a division is, in numbers that do not depend on how it was made."""

import numpy as np

from gridmap.core.division.compactness import Compactness
from gridmap.core.division.fabric.lines import ARTERIAL, INNER, ROAD, WEAK
from gridmap.core.division.graph import Graph
from gridmap.core.division.search.objective import spannable
from gridmap.core.model import Band
from gridmap.core.topology import Booleans, Floats, Integers

WEIGHTS = (5.0, 2.0, 1.0, 1.0)
"""Cost of a metre of border by rank, for the score: 5 inside a compound, 2 on a weak line, 1 on a street or better."""
SPANNED_M = 100.0
"""A grid spans an arterial from this many metres on."""


def score(
    graph: Graph, compact: Compactness, label: Integers, is_general: Booleans, band: Band
) -> dict[str, float]:
    """Score the grids of one community.

    Parameters
    ----------
    compact : of the grids.
    label : shape (n,), the grid of each cell, numbered from 0 without gaps.
    is_general : shape (g,), False for dedicated grids, which are outside the band by rule.

    Returns
    -------
    ``grids``; ``in_band``, the share of general grids; ``on_roads`` and ``on_lines``, the shares of border along
    streets or better, and along any line; ``border_m``, ``inner_m`` and ``weighted_border_m``; ``polsby_popper``, the
    mean of 4·π·area/perimeter² (Polsby and Popper 1991); ``lived_in_polsby_popper`` and ``least_polsby_popper``, mean
    and least of the same over general grids without the empty land at their edge (see `lived_in`);
    ``households_deviation``, the standard deviation over general grids; ``arterial_inside_m``, metres of river, railway
    or arterial inside grids, ``arterial_spanned_m``, those of them with homes of one grid in the cells on both sides,
    and ``spanning_grids``, grids with more than 100 m of the latter. NaN where there is nothing to measure.
    """
    count = len(is_general)
    general = np.bincount(label, graph.households, minlength=count)[is_general]
    metres = graph.metres[label[graph.first] != label[graph.second]].sum(axis=0)
    whole, in_band = metres.sum(), (general >= band.minimum) & (general <= band.maximum)
    lived_in = compact.lived_in[is_general]
    spanned = arterial_spanned(graph, label, count)
    return {
        "grids": float(count),
        "in_band": _mean(in_band),
        "on_roads": float(metres[ROAD:].sum() / whole) if whole else float("nan"),
        "on_lines": float(metres[WEAK:].sum() / whole) if whole else float("nan"),
        "border_m": float(whole),
        "inner_m": float(metres[INNER]),
        "weighted_border_m": float(metres @ np.array(WEIGHTS)),
        "polsby_popper": _mean(compact.whole),
        "lived_in_polsby_popper": _mean(lived_in),
        "least_polsby_popper": float(lived_in.min()) if len(lived_in) else float("nan"),
        "households_deviation": float(general.std()) if len(general) else float("nan"),
        "arterial_inside_m": float(graph.metres[label[graph.first] == label[graph.second], ARTERIAL].sum()),
        "arterial_spanned_m": float(spanned.sum()),
        "spanning_grids": float((spanned > SPANNED_M).sum()),
    }


def arterial_spanned(graph: Graph, label: Integers, count: int) -> Floats:
    """Return for each grid the metres of river, railway or arterial with homes of it in the cells on both sides."""
    inside = label[graph.first] == label[graph.second]
    metres = spannable(graph)[inside]
    return np.bincount(label[graph.first[inside]], metres, minlength=count).astype(np.float64)


def _mean(values: Floats | Booleans) -> float:
    return float(values.mean()) if len(values) else float("nan")
