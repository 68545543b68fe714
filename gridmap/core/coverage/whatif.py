"""What if: a facility more, one moved, one closed, a gate opened or closed. Only what changes is searched again.

The state before stays as it is; what follows it holds the difference, so that each can be looked at and gone back to. Both say
the same, bit for bit, as a search from the beginning.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.coverage.answers import Nearest, Pairs, Rows, sorted_pairs
from gridmap.core.coverage.reach import Reach
from gridmap.core.coverage.snapping import Positions, joined
from gridmap.core.topology import Booleans, Floats, Integers
from gridmap.errors import NotFound, Text


class Ledger(NamedTuple):
    """All pairs of a state, by target and by source.

    Attributes
    ----------
    at_target : shape (t + 1,); the pairs of target k are those from ``at_target[k]`` to ``at_target[k + 1]``, nearest first.
    at_source : shape (s + 1,), into `target_of`, the targets of one source after those of the other.
    nearest : of each target.
    """

    at_target: Integers
    source: Rows | Integers
    metres: Floats
    at_source: Integers
    target_of: Rows | Integers
    nearest: Nearest


class Change(NamedTuple):
    """The targets whose nearest source or distance is another than before.

    Attributes
    ----------
    target : shape (k,), sorted rows.
    before, after : of these.
    """

    target: Rows
    before: Nearest
    after: Nearest


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is near to what, with these sources and these gates open.

    Attributes
    ----------
    sources : a closed one is not linked; its row stays its own.
    is_open : shape (g,), of gates.
    ledger : of the state that was searched from the beginning.
    holds : shape (s,), whether the pairs of a source in the ledger are still right.
    own : the pairs of the sources whose are not.
    patch : nearest sources that are others than in the ledger.
    change : what the last step changed.
    """

    reach: Reach
    radius: float
    sources: Positions
    is_open: Booleans
    ledger: Ledger
    holds: Booleans
    own: Pairs
    patch: Change
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
        holds = np.ones(len(sources), dtype=bool)
        ledger = _ledger(pairs, len(sources), reach.targets)
        return cls(reach, radius, sources, gates, ledger, holds, _NO_PAIRS, _NO_CHANGE, _NO_CHANGE)

    def add(self, positions: Positions) -> Self:
        """Open sources; they get the next rows."""
        count = len(self.sources)
        return self._again(
            joined(self.sources, positions), self.is_open, np.arange(count, count + len(positions))
        )

    def move(self, source: int, position: Positions) -> Self:
        """Put a source elsewhere.

        Raises
        ------
        NotFound
            If there is no such source.
        """
        self._require(source, len(self.sources))
        sources = self.sources.where(np.arange(len(self.sources)))
        sources.edge[source], sources.offset[source] = position.edge[0], position.offset[0]
        sources.leg[source], sources.reason[source] = position.leg[0], position.reason[0]
        return self._again(sources, self.is_open, np.array([source]))

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
        metres[self.patch.target], source[self.patch.target] = self.patch.after
        return Nearest(metres, source)

    def pairs(self) -> Pairs:
        """Return all sources and targets within the radius of one another."""
        source, metres = self.ledger.source, self.ledger.metres
        target = np.repeat(np.arange(self.reach.targets), np.diff(self.ledger.at_target))
        held = self.holds[source]
        return sorted_pairs(
            np.concatenate([source[held], self.own.source]),
            np.concatenate([target[held], self.own.target]),
            np.concatenate([metres[held], self.own.metres]),
        )

    def _set_gate(self, gate: int, *, is_open: bool) -> Self:
        self._require(gate, len(self.is_open))
        gates, either = self.is_open.copy(), self.is_open.copy()
        gates[gate], either[gate] = is_open, True
        return self._again(self.sources, gates, self._through(gate, either))

    def _through(self, gate: int, is_open: Booleans) -> Integers:
        """Return the sources from which a gate is within the radius."""
        nodes = self.reach.nodes_behind(gate, self.radius, is_open)
        links, order = self.reach.linked(self.sources)
        near = np.isin(links.first[order], nodes) | np.isin(links.second[order], nodes)
        return np.sort(order[near]).astype(np.int64)

    def _again(self, sources: Positions, is_open: Booleans, again: Integers) -> Self:
        """Search again from some sources, and see which targets that changes."""
        row, target, metres = self.reach.rows(sources.where(again), self.radius, is_open=is_open)
        holds = np.ones(len(sources), dtype=bool)
        holds[: len(self.holds)] = self.holds
        held = again[: np.searchsorted(again, len(self.ledger.at_source) - 1)]
        former = [self.ledger.target_of[slice(*self.ledger.at_source[k : k + 2])] for k in held if holds[k]]
        holds[again] = False
        stays = _none_of(self.own.source, again)
        own = Pairs(
            np.concatenate([self.own.source[stays], again[row].astype(np.int32)]),
            np.concatenate([self.own.target[stays], target]),
            np.concatenate([self.own.metres[stays], metres]),
        )
        met = np.unique(np.concatenate([target, self.own.target[~stays], *former]))
        before, after = self._known(met), Nearest(*_reconsider(self.ledger, holds, own, met))
        differs = (before.metres != after.metres) | (before.source != after.source)
        change = Change(met[differs], _rows(before, differs), _rows(after, differs))
        return replace(
            self,
            sources=sources,
            is_open=is_open,
            holds=holds,
            own=own,
            patch=_over(self.patch, change),
            change=change,
        )

    def _known(self, targets: Rows) -> Nearest:
        """Return the nearest source of some targets as it is now."""
        metres, source = _rows(self.ledger.nearest, targets)
        place = np.searchsorted(self.patch.target, targets)
        place[place == len(self.patch.target)] = 0
        if len(self.patch.target):
            patched = self.patch.target[place] == targets
            metres[patched] = self.patch.after.metres[place[patched]]
            source[patched] = self.patch.after.source[place[patched]]
        return Nearest(metres, source)

    @staticmethod
    def _require(row: int, count: int) -> None:
        if not 0 <= row < count:
            raise NotFound(
                Text(en=f"There is no row {row} among {count}.", zh=f"共 {count} 项，没有第 {row} 项。")
            )


_NO_PAIRS = Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
_NONE = Nearest(np.zeros(0), np.zeros(0, np.int32))
_NO_CHANGE = Change(np.zeros(0, np.int32), _NONE, _NONE)
NOWHERE = Positions(
    np.array([-1], dtype=np.int32), np.array([np.nan]), np.array([np.nan]), np.array([""], dtype=object)
)
"""The position of a closed source."""


def _none_of(values: Rows | Integers, chosen: Rows | Integers) -> Booleans:
    """Tell which values are none of the chosen."""
    return np.asarray(~np.isin(values, chosen))


def _ledger(pairs: Pairs, sources: int, targets: int) -> Ledger:
    at_target = np.concatenate([[0], np.cumsum(np.bincount(pairs.target, minlength=targets))])
    at_source = np.concatenate([[0], np.cumsum(np.bincount(pairs.source, minlength=sources))])
    target_of = pairs.target[np.argsort(pairs.source, kind="stable")]
    return Ledger(at_target, pairs.source, pairs.metres, at_source, target_of, pairs.nearest(targets))


def _rows(nearest: Nearest, chosen: Booleans | Rows) -> Nearest:
    return Nearest(nearest.metres[chosen], nearest.source[chosen])


def _over(patch: Change, change: Change) -> Change:
    """Lay a change over a patch."""
    stays = _none_of(patch.target, change.target)
    target = np.concatenate([patch.target[stays], change.target])
    order = np.argsort(target)
    before, after = (
        Nearest(
            np.concatenate([was.metres[stays], now.metres])[order],
            np.concatenate([was.source[stays], now.source])[order],
        )
        for was, now in ((patch.before, change.before), (patch.after, change.after))
    )
    return Change(target[order], before, after)


@compiled
def _reconsider(ledger: Ledger, holds: Booleans, own: Pairs, targets: Rows) -> tuple[Floats, Rows]:
    """Return metres and source of the nearest source of some targets (sorted) among those that hold and those with own pairs."""
    metres, source = np.full(len(targets), np.inf), np.full(len(targets), -1, dtype=np.int32)
    for k in range(len(targets)):
        for place in range(ledger.at_target[targets[k]], ledger.at_target[targets[k] + 1]):
            if holds[ledger.source[place]]:
                metres[k], source[k] = ledger.metres[place], ledger.source[place]
                break
    for place in range(len(own.target)):
        k = np.searchsorted(targets, own.target[place])
        if k < len(targets) and targets[k] == own.target[place]:
            found, row = own.metres[place], own.source[place]
            if found < metres[k] or (found == metres[k] and row < source[k]):
                metres[k], source[k] = found, row
    return metres, source
