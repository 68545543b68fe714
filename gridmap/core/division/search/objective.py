"""What a good division is, as a cost in metres of street.

A metre of border costs 5 inside a compound, 2.5 along a service road or wall, and 1 along a street. These weights were
measured on 60 synthetic communities against others from 1 : 1 : 1 to 20 : 5 : 1: from equal weights to 5 : 2 : 1
borders inside compounds fall by 57 % while the mean Polsby–Popper compactness falls from .672 to .665 only; beyond it
nothing more is won. On a real town 2.5 for weak lines in place of 2 puts 1.8 points more of the border on streets and
costs nothing else. The length of the border alone makes grids compact, so there is no term for shape.

A metre of river, railway or arterial *inside* a grid costs too, since a grid on both sides of one looks wrong to
everyone who lives there; to cut along it saves that. Land where nobody lives costs nothing there: a strip beyond an
arterial goes to the grid it has the longest border with, and not to one at its end.
"""

from dataclasses import dataclass

import numpy as np

from gridmap.core.division.fabric.lines import ARTERIAL, ROAD, WEAK
from gridmap.core.division.graph import Graph
from gridmap.core.topology import Floats


@dataclass(frozen=True, slots=True)
class Objective:
    """The cost of a division: the less, the better.

    Attributes
    ----------
    border : cost of a metre of border between grids, by rank of what lies along it (see `lines`).
    spanned : cost of a metre of river, railway or arterial inside a grid, between cells that are lived in.
    balance : cost of a grid 100 households off the middle of the band; grows with the square. Nearly free up to 50, and
        it leaves room for growth.
    estate : additional cost of a metre of border within an estate, though never across a street.
    former : additional cost of a metre of border within a former grid; above 0, a border along a former line costs no
        more than one along a street.
    """

    border: tuple[float, float, float, float] = (5.0, 2.5, 1.0, 1.0)
    spanned: float = 3.0
    balance: float = 20.0
    estate: float = 1.0
    former: float = 0.0


BALANCED = Objective()
"""The objective where nobody asks for another."""


def edge_costs(graph: Graph, objective: Objective) -> Floats:
    """Return what it costs to cut each edge, less what a line spanned would cost; negative where cutting is a gain.

    Returns
    -------
    shape (m,).
    """
    cost = np.asarray(graph.metres @ np.array(objective.border))
    if objective.former > 0:
        cost = _with_former(graph, objective, cost)
    estate = graph.estate[graph.first]
    is_estate = (estate >= 0) & (estate == graph.estate[graph.second])
    cost += objective.estate * is_estate * graph.metres[:, : WEAK + 1].sum(axis=1)
    return np.asarray(cost - objective.spanned * spannable(graph))


def spannable(graph: Graph) -> Floats:
    """Return the metres of river, railway or arterial on each edge that parts cells with homes on both sides.

    Returns
    -------
    shape (m,).
    """
    lived_in = graph.households > 0
    return np.where(lived_in[graph.first] & lived_in[graph.second], graph.metres[:, ARTERIAL], 0.0)


def _with_former(graph: Graph, objective: Objective, cost: Floats) -> Floats:
    one, two = graph.former[graph.first], graph.former[graph.second]
    metres = graph.metres.sum(axis=1)
    along = (one >= 0) & (two >= 0) & (one != two)
    within = (one >= 0) & (one == two)
    street = objective.border[ROAD] * metres
    return np.asarray(np.where(along, np.minimum(cost, street), cost) + objective.former * within * metres)
