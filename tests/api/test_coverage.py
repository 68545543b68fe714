"""Coverage and siting over HTTP: asked, waited for, cancelled, answered; the public sees no small counts."""

from uuid import UUID

import httpx
import pytest
from sqlalchemy import Engine, text

from gridmap.api.app import create_app
from gridmap.api.pace import Pace
from gridmap.db.engine import transaction
from gridmap.jobs.worker import work_once
from gridmap.services import jobs
from gridmap.settings import REPOSITORY, Settings
from tests.api.conftest import client_of
from tests.services.sample import AREA

COVERAGE = "/api/v1/coverage"
ASKED = {"area": AREA, "standard": "sample-district", "norms": ["day_care"]}
DATA = REPOSITORY / "data"
SHELF = REPOSITORY / "no-exports"


@pytest.fixture(scope="module")
def client(sample: Engine, tmp_path_factory: pytest.TempPathFactory) -> httpx.Client:
    """Client of the interface on the sample district."""
    return client_of(create_app(Settings(web=tmp_path_factory.mktemp("no-web")), sample))


@pytest.fixture(scope="module")
def study(client: httpx.Client, sample: Engine) -> int:
    """Number of an answer about day care, asked over HTTP and worked on by a worker."""
    answer = client.post(COVERAGE, json=ASKED)
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/v1/jobs/{answer.json()['id']}"
    assert answer.json()["state"] == "waiting"
    assert work_once(sample, DATA, SHELF)
    done = client.get(answer.headers["location"]).json()
    assert done["state"] == "done"
    return int(done["study_id"])


def test_standards_are_listed_with_their_norms(client: httpx.Client) -> None:
    standards = {one["id"]: one for one in client.get(f"{COVERAGE}/standards").json()["standards"]}
    assert {"gb50180-2018", "sample-district"} <= set(standards)
    assert "day_care" in {norm["norm"] for norm in standards["sample-district"]["norms"]}


def test_an_answer_carries_its_receipt_and_the_three_verdicts(client: httpx.Client, study: int) -> None:
    answer = client.get(f"{COVERAGE}/{study}").json()
    assert answer["receipt"]["stale"] is False
    assert answer["area"] == {"code": "999901001000", "name": AREA, "synthetic": True}
    (norm,) = answer["norms"]
    assert set(norm["area"]) == {"distance", "floor_area", "capacity"}
    assert all(row["households"] is None or row["households"] >= 10 for row in norm["uncovered"])


def test_the_same_question_about_the_same_data_is_answered_at_once(client: httpx.Client, study: int) -> None:
    again = client.post(COVERAGE, json=ASKED).json()
    assert (again["state"], again["study_id"]) == ("done", study)


def test_earlier_answers_are_listed(client: httpx.Client, study: int) -> None:
    listed = client.get(COVERAGE, params={"area": AREA}).json()["studies"]
    assert study in {one["id"] for one in listed}


def test_homes_are_geojson_that_goes_with_the_uncovered_list(client: httpx.Client, study: int) -> None:
    homes = client.get(f"{COVERAGE}/{study}/homes", params={"norm": "day_care", "outcome": "unmet"})
    assert homes.headers["content-type"] == "application/geo+json"
    features = homes.json()["features"]
    (norm,) = client.get(f"{COVERAGE}/{study}").json()["norms"]
    listed = {row["home"] for row in norm["uncovered"] if row["question"] == "distance"}
    assert {one["id"] for one in features} <= listed
    assert {one["properties"]["verdict"] for one in features} == {"unmet"}
    assert all(
        one["properties"]["households"] is None or one["properties"]["households"] >= 10 for one in features
    )


def test_where_to_open_more_is_answered_too(client: httpx.Client, sample: Engine) -> None:
    asked = {"area": AREA, "standard": "sample-district", "kind": "day_care", "count": 2}
    job = client.post("/api/v1/siting", json=asked).json()
    assert work_once(sample, DATA, SHELF)
    done = client.get(f"/api/v1/jobs/{job['id']}").json()
    answer = client.get(f"/api/v1/siting/{done['study_id']}").json()
    assert len(done["at_once"]["names"]) == 2
    assert answer["before"] <= done["at_once"]["covered"] <= answer["answer"]["covered"]
    assert len(answer["chosen"]) == 2
    assert answer["answer"]["proved"]
    assert client.get(f"{COVERAGE}/{done['study_id']}").status_code == 404
    assert client.get("/api/v1/siting", params={"area": AREA}).json()["studies"]


def test_a_waiting_job_can_be_cancelled_and_is_never_worked_on(client: httpx.Client, sample: Engine) -> None:
    job = client.post(COVERAGE, json={**ASKED, "minutes": 7}).json()
    assert client.delete(f"/api/v1/jobs/{job['id']}").json()["state"] == "cancelled"
    assert not work_once(sample, DATA, SHELF)
    assert client.delete(f"/api/v1/jobs/{job['id']}").json()["state"] == "cancelled"


def test_a_running_job_stops_when_somebody_wants_that(
    client: httpx.Client, sample: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wish comes after the worker took the job and before its first sign of life."""
    job = client.post(COVERAGE, json={**ASKED, "minutes": 8}).json()
    claim = jobs.claim

    def claim_and_cancel(connection: object) -> jobs.Claimed | None:
        claimed = claim(connection)  # type: ignore[arg-type]
        if claimed is not None:
            jobs.cancel(connection, claimed.id)  # type: ignore[arg-type]
        return claimed

    monkeypatch.setattr(jobs, "claim", claim_and_cancel)
    assert work_once(sample, DATA, SHELF)
    ended = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert (ended["state"], ended["study_id"]) == ("cancelled", None)


def test_a_job_whose_worker_died_is_taken_by_another(client: httpx.Client, sample: Engine) -> None:
    job = client.post(COVERAGE, json={**ASKED, "minutes": 9}).json()
    with transaction(sample, actor="test", role="gridmap_app") as connection:
        assert jobs.claim(connection) is not None
        assert jobs.claim(connection) is None
        connection.execute(
            text("UPDATE gridmap.job SET beat_at = now() - interval '10 minutes' WHERE id = :id"),
            {"id": job["id"]},
        )
    assert work_once(sample, DATA, SHELF)
    assert client.get(f"/api/v1/jobs/{job['id']}").json()["state"] == "done"


def test_what_fails_later_says_why_in_both_languages(client: httpx.Client, sample: Engine) -> None:
    asked = {"area": AREA, "standard": "community-policy", "kind": "day_care", "count": 1}
    job = client.post("/api/v1/siting", json=asked).json()
    assert work_once(sample, DATA, SHELF)
    ended = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert ended["state"] == "failed"
    assert "radius" in ended["problem"]["message"]["en"]
    assert "半径" in ended["problem"]["message"]["zh"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"area": "无此地"}, 404),
        ({"standard": "no-such"}, 404),
        ({"standard": "../sample"}, 422),
        ({"norms": ["no_such"]}, 404),
        ({"at": "someday"}, 422),
        ({"minutes": 0}, 422),
        ({"profile": "cyclist"}, 422),
        ({"surprise": 1}, 422),
    ],
)
def test_nonsense_is_refused_before_anything_waits(
    client: httpx.Client, changed: dict[str, object], status: int
) -> None:
    answer = client.post(COVERAGE, json={**ASKED, **changed})
    assert answer.status_code == status
    assert set(answer.json()["messages"]) == {"en", "zh"}


def test_when_too_many_wait_the_next_is_told_to_come_later(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_WAITING", 0)
    answer = client.post(COVERAGE, json={**ASKED, "minutes": 11})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert "waiting" in answer.json()["messages"]["en"]
    assert "排队" in answer.json()["messages"]["zh"]


def test_whoever_asks_too_often_is_told_when_to_come_back(
    sample: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    app = create_app(Settings(web=tmp_path_factory.mktemp("no-web")), sample)
    app.state.pace = Pace(most=2)
    client = client_of(app)
    nonsense = {**ASKED, "area": "无此地"}
    assert [client.post(COVERAGE, json=nonsense).status_code for _ in range(2)] == [404, 404]
    for address, asked in ((COVERAGE, ASKED), ("/api/v1/siting", {})):
        answer = client.post(address, json=asked)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= 60
        assert "within a minute" in answer.json()["messages"]["en"]
        assert "一分钟" in answer.json()["messages"]["zh"]
    assert client.get(f"{COVERAGE}/standards").status_code == 200


def test_jobs_that_ended_long_ago_are_forgotten(client: httpx.Client, sample: Engine, study: int) -> None:
    old = client.post(COVERAGE, json=ASKED).json()["id"]
    with transaction(sample, actor="test", role="gridmap_app") as connection:
        connection.execute(
            text("UPDATE gridmap.job SET finished_at = now() - interval '8 days' WHERE id = :id"), {"id": old}
        )
    new = client.post(COVERAGE, json=ASKED).json()["id"]
    assert client.get(f"/api/v1/jobs/{old}").status_code == 404
    assert client.get(f"/api/v1/jobs/{new}").json()["study_id"] == study


def test_what_does_not_exist_is_not_found(client: httpx.Client) -> None:
    assert client.get(f"{COVERAGE}/999999").status_code == 404
    assert client.get(f"/api/v1/jobs/{UUID(int=1)}").status_code == 404
    assert client.delete(f"/api/v1/jobs/{UUID(int=1)}").status_code == 404
