"""What if: a facility more, one moved, one closed, a gate opened or closed. Only what changes is searched again.

The state before stays as it is; what follows it holds the difference, so that each can be looked at and gone back to. Both say
the same, bit for bit, as a search from the beginning.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from gridmap.core.coverage.answers import Nearest, Pairs, Rows, sorted_pairs
from gridmap.core.coverage.differences import (
    UNTOUCHED,
    Again,
    Change,
    Difference,
    Ledger,
    begun,
    ledger_of,
    search_again,
)
from gridmap.core.coverage.graph import Records
from gridmap.core.coverage.reach import Reach
from gridmap.core.coverage.snapping import Positions, joined
from gridmap.core.topology import Booleans
from gridmap.errors import NotFound, Text

NOWHERE = Positions(
    np.array([-1], dtype=np.int32), np.array([np.nan]), np.array([np.nan]), np.array([""], dtype=object)
)
"""The position of a closed source."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is near to what, with these sources and these gates open.

    Attributes
    ----------
    sources : a closed one is not linked; its row stays its own.
    is_open : shape (g,), of gates.
    ledger : of the state that was searched from the beginning.
    difference : from the ledger.
    change : what the last step changed.
    """

    reach: Reach
    radius: float
    sources: Positions
    is_open: Booleans
    ledger: Ledger
    difference: Difference
    change: Change

    @classmethod
    def of(cls, reach: Reach, sources: Positions, radius: float, *, is_open: Booleans | None = None) -> Self:
        """Search from the beginning.

        Parameters
        ----------
        is_open : shape (g,), which gates are open; None: as `Reach.passable` has them.
        """
        gates = reach.gates_open if is_open is None else is_open
        pairs = reach.pairs(sources, radius, is_open=gates)
        ledger = ledger_of(pairs, len(sources), reach.targets)
        return cls(reach, radius, sources, gates, ledger, begun(len(sources)), UNTOUCHED)

    def add(self, positions: Positions) -> Self:
        """Open sources; they get the next rows."""
        count = len(self.sources)
        rows = np.arange(count, count + len(positions), dtype=np.int32)
        links = self.reach.linked(positions)
        return self._again(joined(self.sources, positions), self.is_open, rows, links)

    def move(self, source: int, position: Positions) -> Self:
        """Put a source elsewhere.

        Raises
        ------
        NotFound
            If there is no such source.
        """
        self._require(source, len(self.sources))
        row, link = np.array([source], dtype=np.int32), self.reach.linked(position)
        return self._again(self.sources.replaced(source, position), self.is_open, row, link)

    def close(self, source: int) -> Self:
        """Close a source. Errors as of `move`."""
        return self.move(source, NOWHERE)

    def open_gate(self, gate: int) -> Self:
        """Open a gate.

        Raises
        ------
        NotFound
            If there is no such gate.
        """
        return self._set_gate(gate, is_open=True)

    def close_gate(self, gate: int) -> Self:
        """Close a gate. Errors as of `open_gate`."""
        return self._set_gate(gate, is_open=False)

    def nearest(self) -> Nearest:
        """Return the nearest source of each target."""
        metres, source = self.ledger.nearest.metres.copy(), self.ledger.nearest.source.copy()
        patch = self.difference.patch
        metres[patch.target], source[patch.target] = patch.metres, patch.source
        return Nearest(metres, source)

    def pairs(self) -> Pairs:
        """Return all sources and targets within the radius of one another."""
        source, metres = self.ledger.source, self.ledger.metres
        target = np.repeat(np.arange(self.reach.targets), np.diff(self.ledger.at_target))
        held, own = self.difference.holds[source], self.difference.own
        return sorted_pairs(
            np.concatenate([source[held], own.source]),
            np.concatenate([target[held], own.target]),
            np.concatenate([metres[held], own.metres]),
        )

    def _set_gate(self, gate: int, *, is_open: bool) -> Self:
        self._require(gate, len(self.is_open))
        gates = self.is_open.copy()
        gates[gate] = is_open
        links = self.reach.linked(self.sources)
        near = self.reach.near_gate(gate, links, self.radius, gates)
        return self._again(self.sources, gates, near, links[near])

    def _again(self, sources: Positions, is_open: Booleans, rows: Rows, links: Records) -> Self:
        """Search again from the sources of some rows, and see which targets that changes."""
        holds = np.ones(len(sources), dtype=bool)
        holds[: len(self.difference.holds)] = self.difference.holds
        holds[rows] = False
        with self.reach.query(self.radius, is_open) as query:
            difference, change = search_again(query, Again(rows, links, holds), self.ledger, self.difference)
        return type(self)(self.reach, self.radius, sources, is_open, self.ledger, difference, change)

    @staticmethod
    def _require(row: int, count: int) -> None:
        if not 0 <= row < count:
            raise NotFound(
                Text(en=f"There is no row {row} among {count}.", zh=f"共 {count} 项，没有第 {row} 项。")
            )
