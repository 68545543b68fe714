"""What would make an infeasible community divisible: each remedy is tried out, and none is offered that was not.

Remedies are ordered by the households they affect, the fewest first:

- a tower split by stairwell: the households of the towers that are split;
- a wider band: the households in grids that lie out of the present band;
- joined with a neighbour: the households of both communities, for all of it is divided anew.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from typing import Any

import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.division.proof.certificate import Certificate, CertificateKind
from gridmap.core.division.proof.stairwells import split_towers
from gridmap.core.division.search.portfolio import EFFORT
from gridmap.core.division.search.trees import State
from gridmap.core.division.solve import find_division
from gridmap.core.model import Band
from gridmap.core.threads import in_threads
from gridmap.core.topology import Integers
from gridmap.errors import Text

MOST_STAIRWELLS = 6
TOWERS_TRIED = 12
"""Towers that are split one by one, those with the fewest households first."""
PROBE = replace(EFFORT["fast"], repairs=2, states=10_000)
"""To find out whether something works, not how well; what a probe does not find may still be possible."""


class RemedyKind(StrEnum):
    """What would have to be changed."""

    SPLIT_TOWER = "split_tower"
    WIDEN_BAND = "widen_band"
    JOIN_NEIGHBOUR = "join_neighbour"


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change under which the community was divided with every grid in the band.

    Attributes
    ----------
    text : what to do, in words.
    facts : what to do, as numbers and names; always ``grids``, of the division found.
    affected : households (see the module).
    """

    kind: RemedyKind
    text: Text
    facts: Mapping[str, Any] = field(default_factory=dict)
    affected: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the remedy as reports carry it."""
        return {
            "kind": str(self.kind),
            "text": self.text.as_dict(),
            "facts": dict(self.facts),
            "affected_households": self.affected,
        }


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A community beside the one in question.

    Attributes
    ----------
    graph : of the cells of both.
    """

    code: str
    name: str
    graph: Graph


@dataclass(frozen=True, slots=True)
class Problem:
    """An infeasible community."""

    graph: Graph
    band: Band
    certificate: Certificate
    state: State

    def divided(self, graph: Graph, band: Band) -> Integers | None:
        """Return a division of a changed community with every grid in a band; None if none was found."""
        return find_division(graph, band, PROBE, self.state.copy())

    @property
    def culprits(self) -> list[dict[str, Any]]:
        """Cells named by the certificate, the fewest households first."""
        cells: list[dict[str, Any]] = self.certificate.facts.get("cells", [])
        return sorted(cells, key=lambda one: (one["households"], one["cell"]))


def find_remedies(problem: Problem, neighbours: Sequence[Neighbour] = ()) -> tuple[Remedy, ...]:
    """Return what would make a community divisible, each tried out, the fewest households affected first.

    Parameters
    ----------
    neighbours : communities it could be joined with.
    """
    ways = (_split(problem), _widened(problem), *(_joined(problem, one) for one in neighbours))
    found = chain.from_iterable(in_threads(list, ways))
    return tuple(sorted(found, key=lambda remedy: (remedy.affected, list(RemedyKind).index(remedy.kind))))


def with_remedies(certificate: Certificate, remedies: Sequence[Remedy]) -> Certificate:
    """Add remedies to a certificate: all to the facts, the first to the text."""
    facts = {**certificate.facts, "remedies": [remedy.as_dict() for remedy in remedies]}
    if not remedies:
        return replace(certificate, facts=facts)
    text, first = certificate.text, remedies[0].text
    return replace(certificate, facts=facts, text=Text(en=f"{text.en} {first.en}", zh=f"{text.zh}{first.zh}"))


def _split(problem: Problem) -> Iterator[Remedy]:
    """Split as few towers into as few stairwells as a probe finds to work."""
    if problem.certificate.kind is CertificateKind.ARITHMETIC or not problem.culprits:
        return
    if problem.certificate.kind is CertificateKind.CELL_OVER_MAXIMUM:
        choices = [problem.culprits]
    else:
        choices = [[one] for one in problem.culprits[:TOWERS_TRIED]] + [problem.culprits]
    for towers in choices:
        found = _stairwells(problem, towers)
        if found is not None:
            yield _split_remedy(*_fewer_towers(problem, *found))
            return


def _stairwells(
    problem: Problem, towers: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], Integers] | None:
    """Return some towers with the fewest stairwells that work for all of them, and the division; None if none does."""
    for more in range(MOST_STAIRWELLS - 1):
        trial = [
            {**one, "stairwells": max(2, -(-one["households"] // problem.band.maximum)) + more}
            for one in towers
        ]
        label = _tried(problem, trial)
        if label is not None:
            return trial, label
    return None


def _tried(problem: Problem, towers: list[dict[str, Any]]) -> Integers | None:
    graph, _ = split_towers(problem.graph, {one["cell"]: one["stairwells"] for one in towers})
    return problem.divided(graph, problem.band)


def _fewer_towers(
    problem: Problem, towers: list[dict[str, Any]], label: Integers
) -> tuple[list[dict[str, Any]], Integers]:
    """Leave towers whole again where that works too, the heaviest first."""
    for one in sorted(towers, key=lambda tower: -tower["households"]):
        rest = [other for other in towers if other is not one]
        trial = _tried(problem, rest) if rest and one["households"] <= problem.band.maximum else None
        if trial is not None:
            towers, label = rest, trial
    return towers, label


def _split_remedy(towers: list[dict[str, Any]], label: Integers) -> Remedy:
    affected, grids = sum(one["households"] for one in towers), _count(label)
    en = "; ".join(f"{one['name']} ({one['households']}) into {one['stairwells']}" for one in towers)
    zh = "；".join(
        f"{one['name']}（{one['households']} 户）拆为 {one['stairwells']} 个单元" for one in towers
    )
    text = Text(
        en=f"Split by stairwell: {en}. That gives {grids} grids within the band (tried out).",
        zh=f"可按楼栋单元（楼门）拆分：{zh}，即可划为 {grids} 个合规网格（已验证可行）。",
    )
    return Remedy(RemedyKind.SPLIT_TOWER, text, {"towers": towers, "grids": grids}, affected)


def _widened(problem: Problem) -> Iterator[Remedy]:
    """Widen the band at the top, at the bottom, or at both ends alike, whichever needs the least."""
    low, high = problem.band.minimum, problem.band.maximum
    ways: list[tuple[int, Callable[[int], Band]]] = [
        (high, lambda more: Band(low, high + more)),
        (low - 1, lambda more: Band(low - more, high)),
        (2 * (low - 1), lambda more: Band(low - more // 2, high + more - more // 2)),
    ]
    best: tuple[int, Band, Integers] | None = None
    for most, widen in ways:
        found = _least(problem, widen, most if best is None else min(most, best[0] - 1))
        best = found if found is not None else best
    if best is not None:
        yield _widen_remedy(problem, best[1], best[2])


def _least(problem: Problem, widen: Callable[[int], Band], most: int) -> tuple[int, Band, Integers] | None:
    """Return the least widening that works, by bisection: what works in a band works in a wider one."""
    label = problem.divided(problem.graph, widen(most)) if most > 0 else None
    if label is None:
        return None
    fails, works = 0, most
    while works - fails > 1:
        middle = (fails + works) // 2
        trial = problem.divided(problem.graph, widen(middle))
        if trial is None:
            fails = middle
        else:
            works, label = middle, trial
    return works, widen(works), label


def _widen_remedy(problem: Problem, band: Band, label: Integers) -> Remedy:
    held = np.bincount(label, problem.graph.households).astype(np.int64)
    is_new = (held > 0) & ((held < problem.band.minimum) | (held > problem.band.maximum))
    counts = sorted(held[is_new].tolist())
    told = "、".join(str(count) for count in counts[:10])
    text = Text(
        en=f"Allow {band.minimum}–{band.maximum} households: {_count(label)} grids, {len(counts)} of them with "
        f"{told.replace('、', ', ')} households (tried out).",
        zh=f"可将区间放宽到 {band.minimum}–{band.maximum} 户：共 {_count(label)} 个网格，其中 {len(counts)} 个为 {told} 户（已验证可行）。",
    )
    facts = {"minimum": band.minimum, "maximum": band.maximum, "grids": _count(label), "households": counts}
    return Remedy(RemedyKind.WIDEN_BAND, text, facts, int(held[is_new].sum()))


def _joined(problem: Problem, neighbour: Neighbour) -> Iterator[Remedy]:
    label = problem.divided(neighbour.graph, problem.band)
    if label is not None:
        total, grids = int(neighbour.graph.households.sum()), _count(label)
        text = Text(
            en=f"Divide together with {neighbour.name}: {total} households in {grids} grids within the band (tried out).",
            zh=f"可与相邻的{neighbour.name}合并划分：共 {total} 户，{grids} 个合规网格（已验证可行）。",
        )
        facts = {"code": neighbour.code, "name": neighbour.name, "households": total, "grids": grids}
        yield Remedy(RemedyKind.JOIN_NEIGHBOUR, text, facts, total)


def _count(label: Integers) -> int:
    return int(label.max()) + 1
