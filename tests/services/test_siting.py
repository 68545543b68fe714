"""Siting in the sample district: the planted gap gets a room, the planted gate is a candidate, and nothing beats the choice."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine

from gridmap.errors import Infeasible, Invalid
from gridmap.services.questions import Objective, SitingQuestion, Walking
from gridmap.services.siting import Siting, site
from tests.services.sample import AREA, STANDARDS

DAY_CARE = Walking("sample-district", ("day_care",))


def ask(engine: Engine, asked: SitingQuestion, area: str = AREA) -> Siting:
    return site(engine, area, asked, standards=STANDARDS, actor="test")


@pytest.fixture(scope="module")
def two(sample: Engine) -> Siting:
    """Two more day cares."""
    return ask(sample, SitingQuestion(DAY_CARE, 2))


def test_the_first_two_are_opened_where_nobody_is_served(two: Siting) -> None:
    chosen = two.study.result["chosen"]
    assert len(chosen) == 2
    assert all(one["name"].startswith("东") for one in chosen)


def test_a_first_choice_is_heard_before_the_best_is_sought(sample: Engine) -> None:
    heard, stages = list[dict[str, Any]](), list[str]()
    found = site(
        sample,
        AREA,
        SitingQuestion(DAY_CARE, 2),
        standards=STANDARDS,
        actor="test",
        progress=lambda stage, *_: stages.append(stage),
        hear=lambda first: heard.append({**first, "after": stages[-1]}),
    )
    (first,) = heard
    result = found.study.result
    assert first["after"] == "at_once"
    assert len(first["names"]) == 2
    assert first["covered"] == result["greedy"]["covered"] <= result["answer"]["covered"]
    assert (first["before"], first["demand"]) == (result["before"], result["demand"])


def test_no_other_two_candidates_cover_more(two: Siting) -> None:
    candidates = range(len(two.candidates.table))
    best = max(
        two.problem.weight[two.problem.covered(np.array(pair))].sum() for pair in combinations(candidates, 2)
    )
    assert two.answer.covered == best
    assert two.study.result["answer"]["proved"]


def test_before_and_after_add_up(two: Siting) -> None:
    result = two.study.result
    assert result["before"] < result["answer"]["covered"] <= result["demand"]
    assert result["left"] == pytest.approx(result["demand"] - result["answer"]["covered"])


def test_the_curve_ends_at_the_answer_and_alternatives_are_nearly_as_good(two: Siting) -> None:
    result = two.study.result
    covered = result["curve"]["covered"]
    assert covered[0] == result["before"]
    assert covered[-1] == result["answer"]["covered"]
    assert covered == sorted(covered)
    chosen = {one["name"] for one in result["chosen"]}
    for other in result["alternatives"]:
        assert set(other["names"]) != chosen
        assert other["covered"] >= 0.99 * result["answer"]["covered"]


def test_every_standing_facility_is_closed_in_the_drill(two: Siting) -> None:
    closures = two.study.result["closures"]
    assert len(closures) == len(two.problem.existing)
    assert closures[0]["lost"] == max(one["lost"] for one in closures) > 0


def test_the_gate_that_is_never_open_is_a_candidate(sample: Engine) -> None:
    table = ask(sample, SitingQuestion(DAY_CARE, 1)).candidates.table
    assert table[table["kind"] == "open_gate"]["name"].tolist() == ["望湖苑侧门"]
    without = ask(sample, SitingQuestion(DAY_CARE, 1, with_gates=False)).candidates.table
    assert "open_gate" not in set(without["kind"])


def test_opening_the_gate_is_proposed_where_it_helps_most(sample: Engine) -> None:
    found = ask(sample, SitingQuestion(DAY_CARE, 1), area="望湖社区")
    (chosen,) = found.study.result["chosen"]
    assert chosen["name"] in {"望湖苑侧门", "望湖苑南侧物业用房"}
    gate = found.candidates.table.index[found.candidates.table["kind"] == "open_gate"].to_numpy()
    assert found.problem.weight[found.problem.covered(gate)].sum() > found.study.result["before"]


def test_a_budget_needs_the_cost_of_every_candidate(sample: Engine) -> None:
    cheap = ask(sample, SitingQuestion(DAY_CARE, 3, budget=50.0, with_gates=False))
    assert sum(one["cost"] for one in cheap.study.result["chosen"]) <= 50.0
    with pytest.raises(Invalid):
        ask(sample, SitingQuestion(DAY_CARE, 3, budget=50.0))


def test_nothing_to_choose_from_and_no_radius_are_told(sample: Engine) -> None:
    with pytest.raises(Infeasible, match="radius"):
        ask(sample, SitingQuestion(Walking("community-policy", ("day_care",)), 1))
    with pytest.raises(Infeasible, match="nothing to choose"):
        ask(sample, SitingQuestion(DAY_CARE, 1, with_gates=False), area="青禾村")


def test_with_capacities_no_more_are_served_than_there_are_places(sample: Engine) -> None:
    found = ask(sample, SitingQuestion(DAY_CARE, 2, capacitated=True))
    places = (
        found.problem.candidates.capacity[found.answer.chosen].sum() + found.problem.existing.capacity.sum()
    )
    assert found.answer.covered <= places + 1e-6
    assert found.answer.covered <= found.study.result["demand"]
    assert found.answer.gap <= 0.005
    assert "open_gate" not in set(found.candidates.table["kind"])


def test_the_public_is_told_no_gain_of_few_people(two: Siting) -> None:
    public = two.study.public
    told = [one[name] for one in public["chosen"] for name in ("reached", "gained", "alone")]
    told += [one[name] for one in public["closures"] for name in ("lost", "farther")]
    assert all(number is None or number == 0 or number >= 5 for number in told)
    assert all(row["after"] - row["before"] >= 5 for row in public["gains"])


def test_the_fewest_sites_reach_everybody_whom_any_can(sample: Engine, two: Siting) -> None:
    found = ask(sample, SitingQuestion(DAY_CARE, objective=Objective.ALL))
    problem, chosen = found.problem, found.answer.chosen
    everybody = problem.weight[~problem.unreachable()].sum()
    assert found.answer.covered == everybody
    assert found.study.result["left"] == problem.weight[problem.unreachable()].sum()
    fewer = combinations(range(len(problem.candidates)), len(chosen) - 1)
    assert max(problem.weight[problem.covered(np.array(some))].sum() for some in fewer) < everybody
    assert found.study.result["answer"]["proved"]
    assert found.study.result["answer"]["value"] == len(chosen)
    assert found.study.result["before"] == two.study.result["before"]


def test_no_other_two_candidates_make_the_walk_of_all_shorter(sample: Engine, two: Siting) -> None:
    found = ask(sample, SitingQuestion(DAY_CARE, 2, objective=Objective.NEAREST))
    problem, beyond, walk = found.problem, found.case.beyond_m, found.study.result["walk"]

    def total(chosen: tuple[int, ...]) -> float:
        return float(np.minimum(problem.metres(np.array(chosen, dtype=np.int64)), beyond) @ problem.weight)

    best = min(total(pair) for pair in combinations(range(len(problem.candidates)), 2))
    assert found.answer.value == pytest.approx(best)
    assert walk["after_m"] == pytest.approx(best / problem.weight.sum())
    assert walk["before_m"] == pytest.approx(total(()) / problem.weight.sum())
    assert found.study.result["before"] == two.study.result["before"]
    assert found.study.result["answer"]["covered"] <= two.study.result["answer"]["covered"]


def test_a_budget_alone_says_how_many(sample: Engine) -> None:
    found = ask(sample, SitingQuestion(DAY_CARE, budget=120.0, with_gates=False))
    assert sum(one["cost"] for one in found.study.result["chosen"]) <= 120.0
    assert len(found.study.result["chosen"]) >= 2


@pytest.mark.parametrize(
    ("objective", "limits", "named"),
    [
        (Objective.ALL, {"count": 2}, "count"),
        (Objective.ALL, {"budget": 10.0}, "budget"),
        (Objective.ALL, {"floor": 0.5, "capacitated": True}, "floor or capacitated"),
        (Objective.NEAREST, {"count": 2, "floor": 0.5}, "floor"),
        (Objective.NEAREST, {"count": 2, "capacitated": True}, "capacitated"),
    ],
)
def test_limits_that_an_objective_does_not_know_are_refused_by_name(
    objective: Objective, limits: dict[str, Any], named: str
) -> None:
    with pytest.raises(Invalid, match=named):
        SitingQuestion(DAY_CARE, objective=objective, **limits)


def test_a_question_is_kept_and_read_again_with_its_objective() -> None:
    for asked in (
        SitingQuestion(DAY_CARE, objective=Objective.ALL),
        SitingQuestion(DAY_CARE, 2, objective=Objective.NEAREST),
        SitingQuestion(DAY_CARE, 3, 10.0, 0.2),
    ):
        assert SitingQuestion.from_dict(asked.as_dict()) == asked


def test_a_count_or_a_kind_that_says_nothing_is_refused() -> None:
    with pytest.raises(Invalid):
        SitingQuestion(DAY_CARE, 0)
    with pytest.raises(Invalid):
        SitingQuestion(DAY_CARE)
    with pytest.raises(Invalid):
        SitingQuestion(Walking("sample-district"), 1)
