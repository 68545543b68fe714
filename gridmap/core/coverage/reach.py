"""How far targets (homes) are from sources (facilities) on foot: leg + network + leg, exact on the edge, up to a radius."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from gridmap.core.coverage.answers import TOLERANCE_M, Nearest, Pairs, Rows, sorted_pairs
from gridmap.core.coverage.graph import Graph, Records, build_graph
from gridmap.core.coverage.links import LINK, Stubs, links_of, stubs_of
from gridmap.core.coverage.network import Network
from gridmap.core.coverage.search import (
    Desk,
    Query,
    new_desk,
    search_near,
    search_nearest,
    search_pairs,
)
from gridmap.core.coverage.snapping import Positions, enterable
from gridmap.core.topology import Booleans
from gridmap.errors import Invalid, Text


@dataclass(frozen=True, slots=True)
class Reach:
    """Targets on a network, ready to be searched for again and again, from several threads at once.

    Attributes
    ----------
    network, passable : what is walked. Gates are open as `passable` has them unless a search says otherwise.
    enters : shape (m,), the edges from which sources and targets enter the network.
    targets : how many there are.
    gates_open : shape (g,), the gates that can be passed.
    """

    network: Network
    passable: Booleans
    enters: Booleans
    graph: Graph
    stubs: Stubs
    targets: int
    gates_open: Booleans
    _desks: list[Desk] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def of(
        cls, network: Network, targets: Positions, passable: Booleans, *, walked: Booleans | None = None
    ) -> Self:
        """Make targets ready for search.

        Parameters
        ----------
        passable : shape (m,), edges of the network, such as `gridmap.core.coverage.profiles.passable` returns.
        walked : shape (m,), edges that could be passed if all gates were open, such as `profiles.walked` returns; None: the
            passable ones and all that pass a gate.
        """
        graph = build_graph(network, passable | (network.gate >= 0) if walked is None else passable | walked)
        enters = enterable(network, passable)
        stubs = stubs_of(graph, links_of(network, graph, targets, enters))
        gates_open = np.zeros(len(network.gates), dtype=bool)
        gates_open[network.gate[(network.gate >= 0) & passable]] = True
        return cls(network, passable, enters, graph, stubs, len(targets), gates_open)

    def nearest(self, sources: Positions, radius: float, *, is_open: Booleans | None = None) -> Nearest:
        """Return the nearest source of each target within a radius in metres.

        Parameters
        ----------
        is_open : shape (g,), which gates are open; None: as `passable` has them.
        """
        links = self.linked(sources)
        answer = Nearest(np.full(self.targets, np.inf), np.full(self.targets, -1, dtype=np.int32))
        with self.query(radius, is_open) as query:
            search_nearest(query, links, in_order(links), answer)
        return answer

    def pairs(self, sources: Positions, radius: float, *, is_open: Booleans | None = None) -> Pairs:
        """Return all sources and targets within a radius in metres of one another."""
        links = self.linked(sources)
        with self.query(radius, is_open) as query:
            return sorted_pairs(*search_pairs(query, links, in_order(links)))

    def linked(self, positions: Positions) -> Records:
        """Return how positions hang on the graph, records of `LINK`."""
        return links_of(self.network, self.graph, positions, self.enters)

    def near_gate(self, gate: int, links: Records, radius: float, is_open: Booleans) -> Rows:
        """Return the rows of the links from which a walk within the radius may pass a gate, sorted."""
        graph = self.graph
        pieces = graph.gated[graph.at_gate[gate] : graph.at_gate[gate + 1]]
        ends = np.zeros(len(pieces), dtype=LINK)
        ends["first"], ends["second"] = graph.chains.first[pieces], graph.chains.second[pieces]
        with self.query(radius, is_open) as query:
            return search_near(query, ends, links)

    @contextmanager
    def query(self, radius: float, is_open: Booleans | None) -> Iterator[Query]:
        """Lend a desk no other search writes to; it is laid aside for the next search if this one ends well."""
        limit = within(radius)
        gates = self.gates_open if is_open is None else is_open
        try:
            desk = self._desks.pop()
        except IndexError:
            desk = new_desk(self.graph.nodes, self.stubs)
        yield Query(self.graph.arcs, self.stubs, gates, limit, desk)
        self._desks.append(desk)


def nearest(
    network: Network, sources: Positions, targets: Positions, radius: float, passable: Booleans
) -> Nearest:
    """Return the nearest source of each target.

    Parameters
    ----------
    sources, targets : positions on the network; what is not linked, or on an edge that cannot be passed, reaches nothing.
    radius : metres, legs included.
    passable : shape (m,), edges of the network that may be walked.

    Raises
    ------
    Invalid
        If the radius is not a positive number.
    """
    return Reach.of(network, targets, passable).nearest(sources, radius)


def pairs(
    network: Network, sources: Positions, targets: Positions, radius: float, passable: Booleans
) -> Pairs:
    """Return all sources and targets within a radius of one another; parameters and errors as of `nearest`."""
    return Reach.of(network, targets, passable).pairs(sources, radius)


def in_order(links: Records) -> Rows:
    """Return the rows of links that are entered, in the order of memory."""
    order = np.argsort(links["first"], kind="stable").astype(np.int32)
    return order[links["chain"][order] >= 0]


def within(radius: float) -> float:
    """Return the most metres that count as within a radius.

    Raises
    ------
    Invalid
        If the radius is not a positive number.
    """
    if not (np.isfinite(radius) and radius > 0):
        raise Invalid(
            Text(
                en=f"A radius of {radius} m says nothing: it must be a positive number of metres.",
                zh=f"半径 {radius} 米无意义：必须是正数。",
            )
        )
    return float(radius) + TOLERANCE_M
