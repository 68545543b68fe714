"""An independent checker of certificates, from the graph alone.

It shares no code with what finds divisions and proofs: sums are taken again, groups listed again, divisions gone
through again. What it cannot check within its limit it does not accept.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from gridmap.core.division.graph import Graph
    from gridmap.core.division.proof.certificate import Certificate
    from gridmap.core.model import Band

LIMIT = 2_000_000
"""Groups or states to look at; a proof that needs more is not accepted."""


class _Case(NamedTuple):
    """The part of the community that a certificate is about; cells keep their numbers."""

    households: dict[int, int]
    near: dict[int, set[int]]
    low: int
    high: int

    @property
    def total(self) -> int:
        return sum(self.households.values())

    def in_band(self, count: int) -> bool:
        return self.low <= count <= self.high


class _Unchecked(Exception):
    """The limit was reached."""


def verify(graph: "Graph", band: "Band", certificate: "Certificate") -> bool:
    """Tell whether a certificate proves that a community cannot be divided.

    Parameters
    ----------
    graph : of the whole community; only households and edges are read.
    """
    facts = certificate.facts
    case = _case(graph, band, facts.get("part"))
    told = (facts.get("households"), facts.get("minimum"), facts.get("maximum"))
    if told != (case.total, case.low, case.high) or not case.total:
        return False
    try:
        return bool(_CHECKS[certificate.kind](case, facts))
    except (_Unchecked, KeyError, TypeError):
        return False


def _case(graph: "Graph", band: "Band", start: Any) -> _Case:
    near: dict[int, set[int]] = {cell: set() for cell in range(len(graph.households))}
    for one, two in zip(graph.first.tolist(), graph.second.tolist(), strict=True):
        near[one].add(two)
        near[two].add(one)
    part, fresh = set(), {start} & near.keys()
    while fresh:
        part |= fresh
        fresh = {other for cell in fresh for other in near[cell]} - part
    held = {cell: int(graph.households[cell]) for cell in part}
    return _Case(held, {cell: near[cell] for cell in part}, band.minimum, band.maximum)


def _check_over(case: _Case, facts: dict[str, Any]) -> bool:
    return bool(facts["cells"]) and all(case.households[one["cell"]] > case.high for one in facts["cells"])


def _check_arithmetic(case: _Case, facts: dict[str, Any]) -> bool:
    fewer = int(facts["fewer"])
    return bool(fewer * case.high < case.total < (fewer + 1) * case.low)


def _check_lonely(case: _Case, facts: dict[str, Any]) -> bool:
    beside, cells = _homes_beside(case), [one["cell"] for one in facts["cells"]]
    homes = all(case.households[cell] > 0 for cell in cells)
    return bool(cells) and homes and not any(True for cell in cells for _ in _groups(case, beside, [cell]))


def _check_weights(case: _Case, facts: dict[str, Any]) -> bool:
    weight = {one["cell"]: int(one["weight"]) for one in facts["weights"]}
    if sum(weight.values()) <= 0 or not all(case.households[cell] > 0 for cell in weight):
        return False
    positive = [cell for cell in weight if weight[cell] > 0]
    groups = _groups(case, _homes_beside(case), positive)
    return all(sum(weight.get(cell, 0) for cell in group) <= 0 for group in groups)


def _homes_beside(case: _Case) -> dict[int, set[int]]:
    """Return for each household cell those it reaches directly or over land without households."""
    beside = {}
    for home in (cell for cell, held in case.households.items() if held):
        seen, fresh = {home}, {home}
        while fresh:
            seen |= fresh
            fresh = {
                other
                for cell in fresh
                if cell == home or not case.households[cell]
                for other in case.near[cell]
            } - seen
        beside[home] = {cell for cell in seen if case.households[cell]} - {home}
    return beside


def _groups(case: _Case, beside: dict[int, set[int]], starts: list[int]) -> Iterator[frozenset[int]]:
    """Return all connected groups in the band that hold one of some cells; empty land is anybody's."""
    waiting = [frozenset([cell]) for cell in starts]
    seen = set(waiting)
    while waiting:
        group = waiting.pop()
        total = sum(case.households[cell] for cell in group)
        if case.in_band(total):
            yield group
        for cell in set().union(*(beside[one] for one in group)) - group if total <= case.high else ():
            larger = group | {cell}
            if larger not in seen:
                seen.add(larger)
                waiting.append(larger)
        if len(seen) > LIMIT:
            raise _Unchecked


class _Group(NamedTuple):
    """Cells joined so far: those with neighbours to come, their households, and whether they reach beyond."""

    border: frozenset[int]
    held: int
    is_open: bool


def _check_states(case: _Case, facts: dict[str, Any]) -> bool:
    """Go through all divisions of the cells listed; a group that reaches beyond them may find there what it likes."""
    order, smallest = facts["order"], min(filter(None, case.households.values()))
    if len(set(order)) != len(order):
        return False
    states, looked_at = {frozenset[_Group]()}, 0
    for nth, cell in enumerate(order):
        taken, to_come = set(order[: nth + 1]), set(order[nth + 1 :])
        is_open = bool(case.near[cell] - taken - to_come)
        behind = frozenset(old for old in taken if not case.near[old] & to_come)
        fresh = set()
        for state in states:
            beside = [group for group in state if group.border & case.near[cell]]
            for size in range(len(beside) + 1):
                for joined in combinations(beside, size):
                    after = _after(case, state, joined, cell, is_open=is_open)
                    closed = _close(case, after, behind, smallest) if after is not None else None
                    if closed is not None:
                        fresh.add(closed)
        states, looked_at = fresh, looked_at + len(fresh)
        if looked_at > LIMIT:
            raise _Unchecked
    return not states


def _after(
    case: _Case, state: frozenset[_Group], joined: tuple[_Group, ...], cell: int, *, is_open: bool
) -> frozenset[_Group] | None:
    """Join a cell with some groups; None if they hold too much together."""
    held = case.households[cell] + sum(group.held for group in joined)
    border = frozenset([cell]).union(*(group.border for group in joined))
    if held > case.high:
        return None
    return state.difference(joined) | {
        _Group(border, held, is_open or any(group.is_open for group in joined))
    }


def _close(
    case: _Case, state: frozenset[_Group], behind: frozenset[int], smallest: int
) -> frozenset[_Group] | None:
    """Take cells off the border; drop groups that are complete; None if one is left behind out of the band."""
    kept = set()
    for group in state:
        border = group.border - behind
        is_good = group.is_open or group.held == 0 or case.in_band(group.held)
        if not border and not is_good:
            return None
        if border and not (is_good and group.held + smallest > case.high):
            kept.add(_Group(border, group.held, group.is_open))
    return frozenset(kept)


_CHECKS = {
    "cell_over_maximum": _check_over,
    "arithmetic": _check_arithmetic,
    "lonely_cell": _check_lonely,
    "neighbourhood": _check_states,
    "set_partition": _check_weights,
    "exhausted": _check_states,
}
