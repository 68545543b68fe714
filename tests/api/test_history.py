"""Grids as they were: `datetime` over a plan that was replaced."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from gridmap.api.app import create_app
from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect
from gridmap.settings import Settings
from tests.api.conftest import client_of, settle
from tests.conftest import copy_of

GRIDS = "/ogc/collections/grids/items"
REPLACE = """
UPDATE gridmap.plan SET status = 'archived', archived_at = '2026-08-01T00:00:00Z' WHERE status = 'published';
UPDATE gridmap.grid SET valid_to = '2026-08-01T00:00:00Z';
INSERT INTO gridmap.plan (community_id, verdict, author, reason, band_minimum, band_maximum, inputs_hash)
SELECT id, 'divided', '规划员', '调整', 300, 700, 'x' FROM gridmap.area WHERE code = '110101001001';
INSERT INTO gridmap.grid_code (code, community_id, sequence)
SELECT code || '004', id, 4 FROM gridmap.area WHERE code = '110101001001';
INSERT INTO gridmap.grid (plan_id, community_id, sequence, code, planned_households, valid_from, geom)
SELECT max(plan.id), area.id, 1, area.code || '004', 600, '2026-08-01T00:00:00Z',
    ST_MakeEnvelope(116.40, 39.90, 116.41, 39.91, 4326)
FROM gridmap.area JOIN gridmap.plan ON plan.community_id = area.id WHERE area.code = '110101001001' GROUP BY area.id;
UPDATE gridmap.plan SET status = 'published', published_at = '2026-08-01T00:00:00Z'
WHERE id = (SELECT max(id) FROM gridmap.plan);
"""


@pytest.fixture(scope="module")
def engine_of_later(cluster: Cluster, template_database: str) -> Iterator[Engine]:
    """Engine on the town after its three grids became one, on 1 August."""
    with copy_of(template_database, cluster) as url:
        engine = connect(url)
        settle(engine)
        with engine.begin() as connection:
            connection.execute(text("SELECT set_config('gridmap.actor', 'test', true)"))
            connection.connection.cursor().execute(REPLACE)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def later(engine_of_later: Engine) -> httpx.Client:
    """Client of the town in autumn."""
    return client_of(create_app(Settings(), engine_of_later))


def sequences(client: httpx.Client, query: str = "") -> list[str]:
    """Return the last digits of the codes of the grids that a query selects."""
    answer = client.get(f"{GRIDS}{query}")
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["numberMatched"] == len(page["features"])
    return [feature["properties"]["code"][-1] for feature in page["features"]]


def test_without_a_time_grids_are_those_in_force(later: httpx.Client) -> None:
    assert sequences(later) == ["4"]
    assert sequences(later, "?filter=valid_to IS NOT NULL") == []


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        ("2026-05-01", ""),
        ("2026-05-02", "123"),
        ("2026-07-31", "123"),
        ("2026-07-31T23:59:59.999Z", "123"),
        ("2026-08-01T00:00:00Z", "4"),
        ("2026-08-01T07:59:59%2B08:00", "123"),
        ("2026-08-01", "4"),
        ("2026-07-31/2026-08-01", "1234"),
        ("../2026-07-31", "123"),
        ("2026-08-02/..", "4"),
        ("2026-06-01/..", "1234"),
    ],
)
def test_a_time_finds_the_grids_of_that_time(later: httpx.Client, moment: str, found: str) -> None:
    """One grid hands over to the next at one moment, which belongs to the next alone."""
    assert sequences(later, f"?datetime={moment}") == list(found)


def test_times_go_with_other_parts_of_a_query(later: httpx.Client) -> None:
    assert sequences(later, "?datetime=2026-07-01&kind=dedicated") == ["3"]
    assert sequences(
        later, "?datetime=2026-01-01/..&filter=valid_to < TIMESTAMP('2026-09-01T00:00:00Z')"
    ) == list("123")
    assert sequences(later, "?datetime=2026-07-01&bbox=116.401,39.901,116.402,39.902") == ["1"]
    page = later.get(f"{GRIDS}?datetime=2026-07-01&limit=2").json()
    [following] = [link["href"] for link in page["links"] if link["rel"] == "next"]
    assert [feature["properties"]["code"][-1] for feature in later.get(following).json()["features"]] == ["3"]


def test_a_former_grid_answers_by_itself_and_tells_no_counts(later: httpx.Client) -> None:
    former = later.get(f"{GRIDS}/1").json()["properties"]
    assert (former["valid_from"], former["valid_to"]) == (
        "2026-05-02T00:00:00+00:00",
        "2026-08-01T00:00:00+00:00",
    )
    counts: dict[str, Any] = {
        name: former[name] for name in ("households", "households_estimated", "residents", "in_band")
    }
    assert set(counts.values()) == {None}
    assert former["area_m2"] == pytest.approx(379785.8)
    assert later.get(f"{GRIDS}/4").json()["properties"]["households"] == 600


def test_no_filter_finds_a_former_count(later: httpx.Client) -> None:
    for households in (0, 200, 400):
        assert sequences(later, f"?datetime=2026-07-01&households={households}") == []


def test_the_collection_tells_since_when_there_are_grids(later: httpx.Client) -> None:
    extent = later.get("/ogc/collections/grids").json()["extent"]
    assert extent["temporal"]["interval"] == [["2026-05-02T00:00:00Z", None]]


def test_drafts_and_their_grids_stay_unseen(engine_of_later: Engine, later: httpx.Client) -> None:
    draft = """
        INSERT INTO gridmap.grid (plan_id, community_id, sequence, planned_households, geom)
        SELECT plan.id, community_id, 9, 0, ST_MakeEnvelope(116.42, 39.90, 116.43, 39.91, 4326)
        FROM gridmap.plan WHERE status = 'draft' LIMIT 1
    """
    with engine_of_later.begin() as connection:
        connection.execute(text("SELECT set_config('gridmap.actor', 'test', true)"))
        assert connection.execute(text(draft)).rowcount == 1
    assert len(sequences(later, "?datetime=2000-01-01/..")) == 4
