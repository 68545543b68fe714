"""Where the next facilities go: rooms, plots and gates to open, chosen by one of three objectives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
from sqlalchemy import Engine

from gridmap.core.coverage.norms import Norm
from gridmap.core.coverage.siting.answer import Answer
from gridmap.core.coverage.siting.capacitated import capacitated, greedy_capacitated
from gridmap.core.coverage.siting.covering import greedy_cover, lscp
from gridmap.core.coverage.siting.exploring import Curve, alternatives
from gridmap.core.coverage.siting.exploring import curve as best_curve
from gridmap.core.coverage.siting.maximal import greedy, mclp
from gridmap.core.coverage.siting.median import greedy_median, p_median
from gridmap.core.coverage.siting.problem import Limits, Problem
from gridmap.core.coverage.siting.verify import verify_siting
from gridmap.core.model import Progress, silent
from gridmap.core.topology import Floats
from gridmap.db.engine import transaction
from gridmap.db.tables.studies import StudyKind
from gridmap.services import siting_tables as tables
from gridmap.services import studies
from gridmap.services.candidates import Candidates, candidates_of, problem_of, read_rooms, within
from gridmap.services.covering import Situation, radii_of, reach_of, situation_of
from gridmap.services.questions import Objective, SitingQuestion
from gridmap.services.standards import Rules, read_rules
from gridmap.services.studies import Study
from gridmap.services.walking import read_ground

LONGEST_CURVE = 20
"""Sites up to which the best choice of each number is told."""


@dataclass(frozen=True)
class Case:
    """A question of siting about one area, before anybody is counted.

    Attributes
    ----------
    reach_m : shape (n,), metres within which ways to homes count: the radius, or, for the shortest walk, all that was
        searched.
    beyond_m : metres that a home is charged which nothing is nearer to, by the shortest walk.
    """

    asked: SitingQuestion
    rules: Rules
    norm: Norm
    candidates: Candidates
    reach_m: Floats
    beyond_m: float

    @property
    def limits(self) -> Limits:
        """What the choice has to keep to.

        Raises
        ------
        Invalid : there are none: the fewest sites for all are asked for.
        """
        return Limits(self.asked.count, self.asked.budget, self.asked.floor)


@dataclass(frozen=True)
class Choice:
    """What was chosen.

    Attributes
    ----------
    at_once : by greedy; None: it found nothing that keeps the limits.
    others : choices nearly as good.
    curve : of the best choices of each number of sites; None where the objective knows none.
    """

    at_once: Answer | None
    answer: Answer
    others: Sequence[Answer] = ()
    curve: Curve | None = None


@dataclass(frozen=True)
class Solved:
    """A case answered for homes as they are, or as anyone may know them.

    Attributes
    ----------
    problem : with ways within `Case.reach_m`.
    near : with ways within the radius.
    """

    situation: Situation
    problem: Problem
    near: Problem
    choice: Choice


@dataclass(frozen=True)
class Siting:
    """An answer as it was kept, and what it was told from."""

    study: Study
    case: Case
    solved: Solved

    @property
    def candidates(self) -> Candidates:
        """What could be done."""
        return self.case.candidates

    @property
    def problem(self) -> Problem:
        """The question as numbers."""
        return self.solved.problem

    @property
    def answer(self) -> Answer:
        """The choice."""
        return self.solved.choice.answer


def site(
    engine: Engine,
    wanted: str,
    asked: SitingQuestion,
    *,
    standards: Path,
    actor: str,
    is_for_public: bool = False,
    progress: Progress = silent,
) -> Siting:
    """Choose candidates that serve people best beside the facilities that stand, verify the choice and keep the answer.

    Parameters
    ----------
    is_for_public : know homes only as anyone may; else the answer is found for homes as they are, and once more, as
        others may see it, for homes as anyone may know them.

    Raises
    ------
    NotFound, Invalid : no such area, standard or norm, or a candidate without the cost that a budget asks about.
    Infeasible : there are no candidates, the norm sets no radius, or no choice keeps the least share of every grid.
    Conflict : there are no ways to walk on.
    """
    progress("read", 0, 1)
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        rules = read_rules(connection, standards, asked.walking.standard)
        (norm,) = rules.norms(asked.walking.norms)
        ground = read_ground(connection, wanted, norm.kinds or (), reach_of([norm], asked.walking))
        situation = situation_of(connection, ground, asked.walking)
        rooms = read_rooms(connection, situation)
    progress("read", 1, 1)
    case = _case(situation, asked, rules, norm, rooms)
    progress("solve", 0, 2)
    public = _solved(case, situation.public)
    progress("solve", 1, 2)
    solved = public if is_for_public else _solved(case, situation, known=public)
    progress("solve", 2, 2)
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        study = studies.keep(
            connection,
            StudyKind.SITING,
            ground,
            question=asked.as_dict(),
            norm_version=rules.version,
            result=tables.document(case, solved),
            public=tables.withheld(
                tables.document(case, public), tables.least_told(case, public.situation.homes)
            ),
            author=actor,
        )
        studies.note(connection, study)
    return Siting(study, case, solved)


def _case(
    situation: Situation, asked: SitingQuestion, rules: Rules, norm: Norm, rooms: gpd.GeoDataFrame
) -> Case:
    radius, beyond_m = radii_of(situation, norm), situation.ground.reach_m
    reach_m = radius
    if asked.objective is Objective.NEAREST:
        reach_m = np.where(np.isnan(radius), np.nan, beyond_m)
    with_gates = asked.with_gates and not asked.capacitated
    candidates = candidates_of(situation, norm, rooms, reach_m, with_gates=with_gates)
    return Case(asked, rules, norm, candidates, reach_m, beyond_m)


def _solved(case: Case, situation: Situation, *, known: Solved | None = None) -> Solved:
    """Answer a case, and let an independent checker accept the answer before it is told.

    Parameters
    ----------
    known : an answer that holds here too if the same people are counted.
    """
    asked = case.asked
    problem = problem_of(situation, case.norm, case.candidates, case.reach_m, in_places=asked.capacitated)
    if known is not None and np.array_equal(known.problem.weight, problem.weight):
        return replace(known, situation=situation)
    choice = _CHOOSE[asked.objective](problem, case)
    _verify(problem, choice.answer, case)
    return Solved(situation, problem, within(problem, radii_of(situation, case.norm)), choice)


def _most_covered(problem: Problem, case: Case) -> Choice:
    """Cover most people with so many sites or for so much money."""
    limits, asked = case.limits, case.asked
    if asked.capacitated:
        return Choice(greedy_capacitated(problem, limits), capacitated(problem, limits))
    answer = mclp(problem, limits)
    longest = min(limits.count or LONGEST_CURVE, len(problem.candidates), LONGEST_CURVE)
    return Choice(
        greedy(problem, limits), answer, alternatives(problem, limits, answer), best_curve(problem, longest)
    )


def _all_covered(problem: Problem, case: Case) -> Choice:
    """Cover everybody whom anything reaches with the fewest sites."""
    del case
    return Choice(greedy_cover(problem), lscp(problem))


def _nearest(problem: Problem, case: Case) -> Choice:
    """Make the walk of all to the nearest shortest."""
    told = {"beyond": case.beyond_m}
    return Choice(greedy_median(problem, case.limits, **told), p_median(problem, case.limits, **told))


_CHOOSE = {
    Objective.COVER: _most_covered,
    Objective.ALL: _all_covered,
    Objective.NEAREST: _nearest,
}


def _verify(problem: Problem, answer: Answer, case: Case) -> None:
    """Let the checker accept an answer; what it refuses is a fault of ours."""
    asked = case.asked
    wrong = verify_siting(
        problem,
        answer,
        None if asked.objective is Objective.ALL else case.limits,
        with_capacity=asked.capacitated,
        beyond=case.beyond_m if asked.objective is Objective.NEAREST else None,
    )
    if wrong:
        raise AssertionError(f"the checker refuses the answer: {', '.join(wrong)}")
