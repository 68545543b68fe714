"""How far targets (homes) are from sources (facilities) on foot: leg + network + leg, exact on the edge, up to a radius."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from gridmap.core.coverage.answers import TOLERANCE_M, Nearest, Pairs, Rows, sorted_pairs
from gridmap.core.coverage.graph import Graph, Places, build_graph
from gridmap.core.coverage.links import Links, Stubs, links_of, stubs_of
from gridmap.core.coverage.network import Network
from gridmap.core.coverage.search import (
    Desk,
    Query,
    new_desk,
    search_nearest,
    search_nodes,
    search_pairs,
)
from gridmap.core.coverage.snapping import Positions
from gridmap.core.topology import Booleans, Floats
from gridmap.errors import Invalid, Text


@dataclass(frozen=True, slots=True)
class Reach:
    """Targets on a network, ready to be searched for again and again, from several threads at once.

    Attributes
    ----------
    network, passable : what is walked. Gates are open as `passable` has them unless a search says otherwise.
    targets : how many there are.
    gates_open : shape (g,), the gates that can be passed.
    """

    network: Network
    passable: Booleans
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
        stubs = stubs_of(graph, links_of(network, graph, targets, passable))
        gates_open = np.zeros(len(network.gates), dtype=bool)
        gates_open[network.gate[(network.gate >= 0) & passable]] = True
        return cls(network, passable, graph, stubs, len(targets), gates_open)

    def nearest(self, sources: Positions, radius: float, *, is_open: Booleans | None = None) -> Nearest:
        """Return the nearest source of each target within a radius in metres.

        Parameters
        ----------
        is_open : shape (g,), which gates are open; None: as `passable` has them.
        """
        links, order = self.linked(sources)
        answer = Nearest(np.full(self.targets, np.inf), np.full(self.targets, -1, dtype=np.int32))
        with self._query(radius, is_open) as query:
            search_nearest(query, links, order, answer)
        return answer

    def rows(
        self, sources: Positions, radius: float, *, is_open: Booleans | None = None
    ) -> tuple[Rows, Rows, Floats]:
        """Return source, target and metres of all pairs within a radius, in no order to rely on."""
        links, order = self.linked(sources)
        with self._query(radius, is_open) as query:
            return search_pairs(query, links, order)

    def pairs(self, sources: Positions, radius: float, *, is_open: Booleans | None = None) -> Pairs:
        """Return all sources and targets within a radius in metres of one another."""
        return sorted_pairs(*self.rows(sources, radius, is_open=is_open))

    def linked(self, positions: Positions) -> tuple[Links, Rows]:
        """Return how positions hang on the graph, and those that do, in the order of memory."""
        links = links_of(self.network, self.graph, positions, self.passable)
        order = np.argsort(links.first, kind="stable").astype(np.int32)
        return links, order[links.chain[order] >= 0]

    def nodes_behind(self, gate: int, radius: float, is_open: Booleans) -> Places:
        """Return the nodes of the graph within a radius of a gate."""
        chains = self.graph.chains
        pieces = self.graph.gated[chains.gate[self.graph.gated] == gate]
        nothing = np.zeros(len(pieces))
        first, second = chains.first[pieces], chains.second[pieces]
        links = Links(pieces, nothing, nothing, first, second, nothing, nothing)
        with self._query(radius, is_open) as query:
            return search_nodes(query, links, np.arange(len(pieces), dtype=np.int32))

    @contextmanager
    def _query(self, radius: float, is_open: Booleans | None) -> Iterator[Query]:
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
