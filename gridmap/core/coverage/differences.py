"""How what is near to what differs from a state searched from the beginning, after some sources were searched again."""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.coverage.answers import Nearest, Pairs, Rows
from gridmap.core.coverage.graph import Records
from gridmap.core.coverage.search import Found, Query, search_pairs
from gridmap.core.topology import Booleans, Floats, Integers


class Ledger(NamedTuple):
    """All pairs of a state, by target and by source.

    Attributes
    ----------
    at_target : shape (t + 1,); the pairs of target k are those from ``at_target[k]`` to ``at_target[k + 1]``, nearest first.
    at_source : shape (s + 1,), into `target_of`, the targets of one source after those of the other.
    nearest : of each target.
    """

    at_target: Integers
    source: Rows
    metres: Floats
    at_source: Integers
    target_of: Rows
    nearest: Nearest


class Patch(NamedTuple):
    """The nearest source of some targets.

    Attributes
    ----------
    target : shape (k,), sorted rows.
    metres, source : shape (k,), as of `Nearest`.
    """

    target: Rows
    metres: Floats
    source: Rows


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


class Difference(NamedTuple):
    """What is otherwise than in a ledger.

    Attributes
    ----------
    holds : shape (s,), whether the pairs of a source in the ledger are still right.
    own : the pairs of the sources whose are not, in no order to rely on.
    patch : nearest sources that are others than in the ledger.
    """

    holds: Booleans
    own: Found
    patch: Patch


_NONE = Nearest(np.zeros(0), np.zeros(0, np.int32))
UNTOUCHED = Change(np.zeros(0, np.int32), _NONE, _NONE)


def begun(sources: int) -> Difference:
    """Return that nothing differs from a ledger of so many sources."""
    rows, metres = np.zeros(0, np.int32), np.zeros(0)
    return Difference(np.ones(sources, dtype=bool), Found(rows, rows, metres), Patch(rows, metres, rows))


def ledger_of(pairs: Pairs, sources: int, targets: int) -> Ledger:
    """Return the ledger of pairs."""
    at_target = np.concatenate([[0], np.cumsum(np.bincount(pairs.target, minlength=targets))])
    at_source = np.concatenate([[0], np.cumsum(np.bincount(pairs.source, minlength=sources))])
    source, target = (np.asarray(rows, dtype=np.int32) for rows in (pairs.source, pairs.target))
    target_of = target[np.argsort(source, kind="stable")]
    return Ledger(at_target, source, pairs.metres, at_source, target_of, pairs.nearest(targets))


class Again(NamedTuple):
    """Sources that are searched again.

    Attributes
    ----------
    rows : shape (k,), sorted.
    links : shape (k,), records of `gridmap.core.coverage.links.LINK`.
    holds : shape (s,), of which sources the pairs in the ledger will be right after that.
    """

    rows: Rows
    links: Records
    holds: Booleans


@compiled
def search_again(query: Query, again: Again, ledger: Ledger, was: Difference) -> tuple[Difference, Change]:
    """Search again from some sources; return the difference from the ledger after that, and what changed."""
    rows, holds = again.rows, again.holds
    entered = np.flatnonzero(again.links["chain"] >= 0).astype(np.int32)
    source, target, metres = search_pairs(query, again.links, entered)
    stays = _none_of(was.own.source, rows)
    own = Found(
        np.concatenate((was.own.source[stays], rows[source])),
        np.concatenate((was.own.target[stays], target)),
        np.concatenate((was.own.metres[stays], metres)),
    )
    targets = _sorted_once(_left(ledger, rows, was.holds, was.own.target[~stays]), target)
    before, after = _known(ledger, was.patch, targets), _nearest(ledger, holds, own, targets)
    change = _changed(targets, before, after)
    return Difference(holds, own, _over(was.patch, change)), change


@compiled
def _left(ledger: Ledger, rows: Rows, held: Booleans, own: Rows) -> Rows:
    """Return the targets that some sources were near to: their own, and those of the ledger where that held."""
    for row in rows:
        if row < len(ledger.at_source) - 1 and held[row]:
            of_ledger = ledger.target_of[ledger.at_source[row] : ledger.at_source[row + 1]]
            own = np.concatenate((own, of_ledger))
    return own


@compiled
def _sorted_once(some: Rows, others: Rows) -> Rows:
    targets = np.concatenate((some, others))
    targets.sort()
    is_first = np.ones(len(targets), dtype=np.bool_)
    is_first[1:] = targets[1:] != targets[:-1]
    return targets[is_first]


@compiled
def _none_of(values: Rows, chosen: Rows) -> Booleans:
    """Tell which values are none of the chosen, which are sorted."""
    is_none = np.ones(len(values), dtype=np.bool_)
    for k in range(len(values)):
        place = np.searchsorted(chosen, values[k])
        is_none[k] = place == len(chosen) or chosen[place] != values[k]
    return is_none


@compiled
def _known(ledger: Ledger, patch: Patch, targets: Rows) -> Nearest:
    """Return the nearest source of some targets as it was."""
    metres, source = ledger.nearest.metres[targets], ledger.nearest.source[targets]
    for k in range(len(targets)):
        place = np.searchsorted(patch.target, targets[k])
        if place < len(patch.target) and patch.target[place] == targets[k]:
            metres[k], source[k] = patch.metres[place], patch.source[place]
    return Nearest(metres, source)


@compiled
def _nearest(ledger: Ledger, holds: Booleans, own: Found, targets: Rows) -> Nearest:
    """Return the nearest source of some targets, sorted, among those whose pairs hold and those with own pairs."""
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
    return Nearest(metres, source)


@compiled
def _changed(targets: Rows, before: Nearest, after: Nearest) -> Change:
    differs = (before.metres != after.metres) | (before.source != after.source)
    return Change(
        targets[differs],
        Nearest(before.metres[differs], before.source[differs]),
        Nearest(after.metres[differs], after.source[differs]),
    )


@compiled
def _over(patch: Patch, change: Change) -> Patch:
    """Lay a change over a patch."""
    stays = _none_of(patch.target, change.target)
    target = np.concatenate((patch.target[stays], change.target))
    order = np.argsort(target)
    metres = np.concatenate((patch.metres[stays], change.after.metres))
    source = np.concatenate((patch.source[stays], change.after.source))
    return Patch(target[order], metres[order], source[order])
