"""Choose sites among candidates, to proven optima where that is possible.

Ours: `gridmap.core.coverage.siting`, from the pairs within 500 m to the answer, one thread, compiled beforehand. Peer: spopt
with HiGHS, from the matrix of costs to the answer, in the same process; it is given only demand that can be reached where it
asks for a covering of all. Demand and candidates are strewn over a window of the synthetic gated city of
`benchmarks.coverage.walks`, as dense at every size; every building holds 4 to 63 households. A ratio counts only if both
found the same optimum and ours is proved, and every answer of ours is checked by `siting.verify`. Where capacity counts every
question of a family is asked for several seeds, none of which was used to choose how it is answered; the worst gap and the
longest time count.
"""

from collections.abc import Callable
from statistics import median
from typing import NamedTuple

import numpy as np
import pulp
from spopt.locate import LSCP, MCLP

from benchmarks.city import Cities
from benchmarks.coverage.questions import FAMILY, RADIUS, Kind, Size, problem_of, problem_of_kind
from benchmarks.measuring import Line, against, seconds_of, spread
from gridmap.core.coverage.siting.answer import Answer
from gridmap.core.coverage.siting.capacitated import capacitated
from gridmap.core.coverage.siting.covering import lscp
from gridmap.core.coverage.siting.maximal import mclp
from gridmap.core.coverage.siting.median import p_median
from gridmap.core.coverage.siting.problem import Limits, Problem
from gridmap.core.coverage.siting.verify import verify_siting
from gridmap.core.topology import Floats, Integers

TITLE = "Siting"
ROUNDS = 5
SEEDS = (1, 2, 3)
"""Of the family; 101 and above were used to choose how it is answered."""
GAP = 0.005


class Sizes(NamedTuple):
    """The questions asked."""

    contest: Size = Size(10_000, 500, 40)
    large: Size = Size(10_000, 5_000, 60)
    family: tuple[Kind, ...] = FAMILY
    walked: Size = Size(10_000, 1_000, 60)


USUAL = Sizes()


def measure(_: Cities, sizes: Sizes = USUAL) -> list[Line]:
    """Return the lines of this subject."""
    _warm_up()
    return [
        *_against_spopt(sizes.contest),
        _large(sizes.large),
        *(_served(kind) for kind in sizes.family),
        _walked(sizes.walked),
    ]


def _warm_up() -> None:
    free, limited, limits = (
        problem_of(Size(200, 40, 3)),
        problem_of_kind(FAMILY[0], 0, 200, 40),
        Limits(count=3),
    )
    for answer in (mclp(free, limits), lscp(free), capacitated(limited, limits)):
        assert answer.bound is not None
    p_median(free, limits, beyond=RADIUS)


def _against_spopt(size: Size) -> list[Line]:
    problem, limits = problem_of(size), Limits(count=size.sites)
    return [
        _contest(
            f"LSCP, {_told(size)}",
            lambda: lscp(_afresh(problem)),
            lambda: _spopt_lscp(problem),
            problem,
            None,
            figure=1000,
        ),
        _contest(
            f"MCLP, {_told(size)}, {size.sites} sites",
            lambda: mclp(_afresh(problem), limits),
            lambda: _spopt_mclp(problem, size.sites),
            problem,
            limits,
            figure=400,
        ),
    ]


def _contest(
    what: str,
    ours: Callable[[], Answer],
    peer: Callable[[], float],
    problem: Problem,
    limits: Limits | None,
    *,
    figure: float,
) -> Line:
    answer, values = ours(), []
    times = [seconds_of(ours) for _ in range(ROUNDS)]
    theirs = seconds_of(lambda: values.append(peer()))
    assert verify_siting(problem, answer, limits) == []
    assert answer.is_proved
    assert abs(values[0] - answer.value) < 0.5, f"ours {answer.value}, spopt {values[0]}"
    return against(
        f"{what}: same proven optimum {answer.value:,.0f}", times, [theirs], figure=figure, goal="least"
    )


def _large(size: Size) -> Line:
    problem, limits = problem_of(size), Limits(count=size.sites)
    answer = mclp(problem, limits)
    times = [seconds_of(lambda: mclp(_afresh(problem), limits)) for _ in range(ROUNDS)]
    assert verify_siting(problem, answer, limits) == []
    what = f"MCLP, {_told(size)}, {size.sites} sites: {_standing(answer)}"
    return _limited(what, times, 1.5, is_good=answer.is_proved)


def _served(kind: Kind) -> Line:
    limits, gaps, times = Limits(count=kind.sites), list[float](), list[float]()
    for seed in SEEDS:
        problem, answers = problem_of_kind(kind, seed), list[Answer]()
        times.append(seconds_of(lambda: answers.append(capacitated(problem, limits))))  # noqa: B023 (called at once)
        assert verify_siting(problem, answers[0], limits, with_capacity=True) == []
        gaps.append(answers[0].gap)
    what = f"capacitated, 1,000 × 500, {kind}, gap ≤ 0.5 %: median {median(gaps):.2%}, worst {max(gaps):.2%}"
    ratio = f"{max(times) / 20.0:.2f} (longest ÷ limit)"
    return Line(what, spread(times), "–", ratio, "≤ 20 s", max(gaps) <= GAP and max(times) <= 20.0)


def _walked(size: Size) -> Line:
    problem, limits = problem_of(size), Limits(count=size.sites)
    answer = p_median(problem, limits, beyond=RADIUS)
    times = [seconds_of(lambda: p_median(_afresh(problem), limits, beyond=RADIUS))]
    assert verify_siting(problem, answer, limits) == []
    what = f"p-median, {_told(size)}, {size.sites} sites, gap ≤ 0.3 %: {_standing(answer)}"
    return _limited(what, times, 20.0, is_good=answer.gap <= 0.003)


def _afresh(problem: Problem) -> Problem:
    """Return the same problem, checked anew."""
    return Problem(problem.weight, problem.candidates, problem.pairs)


def _told(size: Size) -> str:
    return f"{size.buildings:,} × {size.candidates:,}"


def _standing(answer: Answer) -> str:
    return "proved" if answer.is_proved else f"gap {answer.gap:.2%}"


def _limited(what: str, times: list[float], limit: float, *, is_good: bool) -> Line:
    middle = float(np.median(times))
    ratio = f"{middle / limit:.2f} (ours ÷ limit)"
    return Line(what, spread(times), "–", ratio, f"≤ {limit:g} s", is_good and middle <= limit)


def _matrix(problem: Problem, targets: Integers) -> Floats:
    """Return the metres of every pair, the dense matrix that spopt needs; far beyond the radius where there is none."""
    matrix = np.full((len(problem.weight), len(problem.candidates)), 10 * RADIUS)
    matrix[problem.pairs.target, problem.pairs.source] = problem.pairs.metres
    return matrix[targets]


def _spopt_lscp(problem: Problem) -> float:
    asked = np.flatnonzero(~problem.unreachable())
    model = LSCP.from_cost_matrix(_matrix(problem, asked), RADIUS + 1e-6)
    return float(model.solve(_highs()).problem.objective.value())


def _spopt_mclp(problem: Problem, sites: int) -> float:
    every = np.arange(len(problem.weight))
    model = MCLP.from_cost_matrix(_matrix(problem, every), problem.weight, RADIUS + 1e-6, sites)
    return float(model.solve(_highs()).problem.objective.value())


def _highs() -> pulp.LpSolver:
    return pulp.HiGHS(msg=False, gapRel=0.0, threads=1)
