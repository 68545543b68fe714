"""No public answers, whatever is asked and however they are combined, tell the count of a few households or people.

The proof is by exchange: small homes of a community change their counts with one another, and its residents their ages.
If every public answer stays the same to the last digit, nothing computed from any number of them tells who has what.
"""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from gridmap.core.coverage.outcomes import Question
from gridmap.db.engine import transaction
from gridmap.services.coverage_public import COUNTS
from gridmap.services.covering import cover
from gridmap.services.questions import Objective, SitingQuestion, Walking
from gridmap.services.siting import site
from gridmap.services.studies import Study
from tests.services.sample import AREA, STANDARDS

STANDARD = "sample-district"
DAY_CARE = Walking(STANDARD, ("day_care",))
WALKS = (
    Walking(STANDARD, ("day_care", "kindergarten", "service_station")),
    *(Walking(STANDARD, ("day_care",), minutes=minutes) for minutes in (4.0, 4.05, 6.0)),
    Walking(STANDARD, ("service_station",), profile="elder", minutes=5.0),
    Walking(STANDARD, ("day_care",), profile="night", at="Saturday 10:00"),
)
SITES = (
    SitingQuestion(DAY_CARE, 2),
    SitingQuestion(DAY_CARE, objective=Objective.ALL),
    SitingQuestion(DAY_CARE, 2, objective=Objective.NEAREST),
    SitingQuestion(Walking(STANDARD, ("service_station",), minutes=4.5), 3, with_gates=False),
)
EXCHANGE_HOUSEHOLDS = """
    WITH small AS (
        SELECT id, coalesce(lead(households) OVER together, first_value(households) OVER together) AS households
        FROM gridmap.building WHERE households BETWEEN 1 AND 9
        WINDOW together AS (PARTITION BY community_id, grid_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    )
    UPDATE gridmap.building SET households = small.households FROM small WHERE small.id = building.id
"""
EXCHANGE_AGES = """
    WITH numbered AS (
        SELECT resident.id, birth_year, community_id,
            row_number() OVER (PARTITION BY community_id ORDER BY resident.id) AS place,
            row_number() OVER (PARTITION BY community_id ORDER BY sha256(resident.id::text::bytea)) AS other
        FROM gridmap.resident JOIN gridmap.building ON building.id = resident.building_id
    )
    UPDATE gridmap.resident SET birth_year = given.birth_year
    FROM numbered AS taker JOIN numbered AS given ON given.community_id = taker.community_id AND given.place = taker.other
    WHERE taker.id = resident.id
"""


def ask_all(engine: Engine) -> list[Study]:
    told: dict[str, Any] = {"standards": STANDARDS, "actor": "test"}
    return [
        *(cover(engine, AREA, asked, **told).study for asked in WALKS),
        *(cover(engine, area, DAY_CARE, **told).study for area in ("高桥社区", "望湖社区")),
        *(site(engine, AREA, asked, **told).study for asked in SITES),
    ]


@pytest.fixture(scope="module")
def before(sample: Engine) -> list[Study]:
    return ask_all(sample)


def differing(old: Any, new: Any, path: str = "") -> list[str]:
    """Return the paths of the values in which two answers differ."""
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        return [one for key in old for one in differing(old[key], new[key], f"{path}.{key}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [one for place, pair in pairs for one in differing(*pair, f"{path}[{place}]")]
    return [] if old == new else [f"{path}: {old} → {new}"]


def test_public_answers_stay_the_same_when_small_homes_exchange_their_households_and_people_their_ages(
    sample: Engine, before: list[Study]
) -> None:
    with transaction(sample, actor="test", role="gridmap_app") as connection:
        for exchange in (EXCHANGE_HOUSEHOLDS, EXCHANGE_AGES):
            assert connection.execute(text(exchange)).rowcount > 100
    after = ask_all(sample)
    for old, new in zip(before, after, strict=True):
        assert differing(old.public, new.public) == []
    assert [new.result for new in after] != [old.result for old in before]


def test_public_answers_show_no_small_count(before: list[Study]) -> None:
    for study in before[: len(WALKS) + 2]:
        for norm in study.public["norms"]:
            units = (norm["area"], *norm["communities"], *norm["grids"])
            shown = [unit[question.value][name] for unit in units for question in Question for name in COUNTS]
            shown += [norm["straight"]["within"], *norm["distances"]["households"]]
            shown += [row["households"] for row in norm["uncovered"]]
            shown += [row["depending"] for row in norm["facility_sheet"]]
            assert all(count is None or count == 0 or count >= 10 for count in shown)


def test_sums_of_communities_are_those_of_the_exact_answer(before: list[Study]) -> None:
    """What is shared out inside a community changes nothing about it as a whole."""
    for study in before[: len(WALKS)]:
        assert study.public["households"] == study.result["households"] == 24_050
        for seen, exact in zip(study.public["norms"], study.result["norms"], strict=True):
            assert seen["area"]["distance"]["judged"] == exact["area"]["distance"]["judged"]
            assert seen["area"]["distance"]["within"] == pytest.approx(
                exact["area"]["distance"]["within"], rel=0.01
            )


def test_a_siting_for_the_public_knows_no_more_than_the_public(sample: Engine, before: list[Study]) -> None:
    found = site(sample, AREA, SITES[0], standards=STANDARDS, actor="test", is_for_public=True)
    assert found.study.public == before[len(WALKS) + 2].public
