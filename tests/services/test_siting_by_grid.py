"""Siting in the divided sample district: least shares of grids, and what each grid gains."""

from collections.abc import Iterator

import numpy as np
import pytest
from sqlalchemy import Engine

from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect
from gridmap.errors import Conflict, Infeasible
from gridmap.services.dividing import divide_areas
from gridmap.services.questions import SitingQuestion, Walking
from gridmap.services.siting import Siting, site
from tests.conftest import copy_of
from tests.services.sample import AREA, STANDARDS

DAY_CARE = Walking("sample-district", ("day_care",))


def ask(engine: Engine, asked: SitingQuestion) -> Siting:
    return site(engine, AREA, asked, standards=STANDARDS, actor="test")


@pytest.fixture(scope="module")
def divided(cluster: Cluster, sample_database: str) -> Iterator[Engine]:
    """Engine on the sample district, divided, its plans in force."""
    with copy_of(sample_database, cluster) as url:
        engine = connect(url)
        divide_areas(engine, [AREA], actor="test", publish_plans=True)
        yield engine
        engine.dispose()


def test_what_grids_gain_adds_up_to_the_whole(divided: Engine) -> None:
    result = ask(divided, SitingQuestion(DAY_CARE, 2)).study.result
    assert len(result["gains"]) >= 2
    gained = sum(row["after"] - row["before"] for row in result["gains"])
    assert gained == pytest.approx(result["answer"]["covered"] - result["before"])


def test_a_share_that_no_choice_gives_is_refused_by_the_codes_of_the_grids(divided: Engine) -> None:
    near = Walking("sample-district", ("day_care",), minutes=3)
    with pytest.raises(Infeasible) as refused:
        ask(divided, SitingQuestion(near, 5, floor=0.99))
    error = refused.value
    assert error.facts["attainable_share"] == pytest.approx(min(error.facts["shares"]), abs=1e-3)
    least = error.facts["grids"][int(np.argmin(error.facts["shares"]))]
    assert f"{least} (0.0%)" in error.message.en
    assert f"{least} (0.0%)" in error.message.zh
    assert "leave the minimum share out" in error.in_language("en")


def test_a_share_is_kept_in_every_grid_though_one_site_would_leave_some_without(divided: Engine) -> None:
    def least_share(found: Siting) -> float:
        problem = found.problem
        covered = problem.weight * problem.covered(found.answer.chosen)
        grids = (problem.group == grid for grid in np.unique(problem.group[problem.group >= 0]))
        return float(min(covered[grid].sum() / problem.weight[grid].sum() for grid in grids))

    assert least_share(ask(divided, SitingQuestion(DAY_CARE, 1))) < 0.99
    assert least_share(ask(divided, SitingQuestion(DAY_CARE, 4, floor=0.99))) >= 0.99


def test_a_least_share_of_grids_needs_grids(sample: Engine) -> None:
    with pytest.raises(Conflict, match="no grids in force"):
        ask(sample, SitingQuestion(DAY_CARE, 2, floor=0.5))
