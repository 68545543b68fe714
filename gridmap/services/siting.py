"""Where the next facilities go: rooms, plots and gates to open, chosen by one of three objectives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

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
from gridmap.errors import Conflict, Infeasible, Text
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
MOST_NAMED = 5
"""Grids named in a refusal, those that fall short most; all of them are in its facts."""

Hearer = Callable[[dict[str, Any]], None]
"""Is told a first answer: ``names`` of the sites, ``demand`` and what of it is ``covered`` before and with them."""


def unheard(_: dict[str, Any]) -> None:
    """Let a first answer pass."""


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
    answer : the best, as far as it is known.
    at_once : by greedy; None: it found nothing that keeps the limits.
    others : choices nearly as good.
    curve : of the best choices of each number of sites; None where the objective knows none.
    """

    answer: Answer
    at_once: Answer | None = None
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
    hear: Hearer = unheard,
) -> Siting:
    """Choose candidates that serve people best beside the facilities that stand, verify the choice and keep the answer.

    Parameters
    ----------
    is_for_public : know homes only as anyone may; else the answer is found for homes as they are, and once more, as
        others may see it, for homes as anyone may know them.
    hear : is told what greedy finds at once, before the best choice is sought.

    Raises
    ------
    NotFound, Invalid : no such area, standard or norm, or a candidate without the cost that a budget asks about.
    Infeasible : there are no candidates, the norm sets no radius, or no choice keeps the least share of every grid.
    Conflict : there are no ways to walk on, or no grids for a least share.
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
    asker = situation.public if is_for_public else situation
    solved = _solved(case, asker, progress=progress, hear=hear)
    public = solved if is_for_public else _solved(case, situation.public, known=solved, progress=progress)
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
    if asked.floor > 0 and not situation.grids:
        raise _undivided(situation.ground.area.name)
    radius, beyond_m = radii_of(situation, norm), situation.ground.reach_m
    reach_m = radius
    if asked.objective is Objective.NEAREST:
        reach_m = np.where(np.isnan(radius), np.nan, beyond_m)
    with_gates = asked.with_gates and not asked.capacitated
    candidates = candidates_of(situation, norm, rooms, reach_m, with_gates=with_gates)
    return Case(asked, rules, norm, candidates, reach_m, beyond_m)


def _solved(
    case: Case,
    situation: Situation,
    *,
    known: Solved | None = None,
    progress: Progress,
    hear: Hearer = unheard,
) -> Solved:
    """Answer a case, and let an independent checker accept the answer before it is told.

    Parameters
    ----------
    known : an answer that holds here too if the same people are counted.
    hear : as of `site`.
    """
    asked = case.asked
    problem = problem_of(situation, case.norm, case.candidates, case.reach_m, in_places=asked.capacitated)
    if known is not None and np.array_equal(known.problem.weight, problem.weight):
        return replace(known, situation=situation)
    near = within(problem, radii_of(situation, case.norm))
    at_once, best = _CHOOSE[asked.objective]
    try:
        progress("at_once", 0, 1)
        first = at_once(problem, case)
        if first is not None:
            hear(tables.at_once(case, situation.homes, near, first))
        progress("at_once", 1, 1)
        choice = replace(best(problem, case, progress), at_once=first)
    except Infeasible as refused:
        raise _with_codes(refused, situation.grids) from refused
    _verify(problem, choice.answer, case)
    return Solved(situation, problem, near, choice)


def _undivided(area: str) -> Conflict:
    return Conflict(
        Text(
            en=f"{area} has no grids in force, so no grid can be given a minimum share.",
            zh=f"{area}还没有生效的网格，无法按网格设定最低覆盖比例。",
        ),
        hint=Text(
            en="Divide it and publish the plan first (`gridmap divide … --publish`), or leave the minimum share out.",
            zh="请先划分并发布方案（gridmap divide … --publish），或不设最低覆盖比例。",
        ),
    )


def _with_codes(refused: Infeasible, grids: Sequence[str]) -> Infeasible:
    """Return a refusal that names the grids it is about by their codes; one that is about none as it is."""
    facts = dict(refused.facts)
    if "groups" not in facts:
        return refused
    facts["grids"] = [grids[number] for number in facts.pop("groups")]
    pairs = zip(facts["grids"], facts["shares"], strict=True)
    named = [f"{code} ({share:.1%})" for code, share in sorted(pairs, key=lambda pair: pair[1])[:MOST_NAMED]]
    more = len(facts["grids"]) - len(named)
    message = Text(
        en=f"{refused.message.en} The most they could have: {', '.join(named)}{f', and {more} more' if more else ''}.",
        zh=f"{refused.message.zh}最多可达：{'、'.join(named)}{f'，另有 {more} 个' if more else ''}。",
    )
    return Infeasible(message, hint=refused.hint, **facts)


def _most_at_once(problem: Problem, case: Case) -> Answer | None:
    find = greedy_capacitated if case.asked.capacitated else greedy
    return find(problem, case.limits)


def _most_covered(problem: Problem, case: Case, progress: Progress) -> Choice:
    """Cover most people with so many sites or for so much money."""
    limits, asked = case.limits, case.asked
    progress("solve", 0, 1)
    answer = capacitated(problem, limits) if asked.capacitated else mclp(problem, limits)
    progress("solve", 1, 1)
    if asked.capacitated:
        return Choice(answer)
    progress("compare", 0, 2)
    others = alternatives(problem, limits, answer)
    progress("compare", 1, 2)
    longest = min(limits.count or LONGEST_CURVE, len(problem.candidates), LONGEST_CURVE)
    curve = best_curve(problem, longest)
    progress("compare", 2, 2)
    return Choice(answer, others=others, curve=curve)


def _all_at_once(problem: Problem, case: Case) -> Answer:
    del case
    return greedy_cover(problem)


def _all_covered(problem: Problem, case: Case, progress: Progress) -> Choice:
    """Cover everybody whom anything reaches with the fewest sites."""
    del case
    progress("solve", 0, 1)
    return Choice(lscp(problem))


def _nearest_at_once(problem: Problem, case: Case) -> Answer | None:
    return greedy_median(problem, case.limits, beyond=case.beyond_m)


def _nearest(problem: Problem, case: Case, progress: Progress) -> Choice:
    """Make the walk of all to the nearest shortest."""
    progress("solve", 0, 1)
    return Choice(p_median(problem, case.limits, beyond=case.beyond_m))


_CHOOSE = {
    Objective.COVER: (_most_at_once, _most_covered),
    Objective.ALL: (_all_at_once, _all_covered),
    Objective.NEAREST: (_nearest_at_once, _nearest),
}
"""By objective, what is found at once and what is best."""


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
