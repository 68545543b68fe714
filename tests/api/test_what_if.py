"""What-if over HTTP: tried at once, as anyone may; what is wrong is named in both languages."""

import httpx
import pytest
from sqlalchemy import Engine

from gridmap.api.app import create_app
from gridmap.api.what_if_schemas import FacilityFeatures, GateFeatures, WhatIfAnswer
from gridmap.services.covering import cover
from gridmap.services.questions import Walking
from gridmap.settings import Settings
from tests.api.conftest import client_of
from tests.services.sample import AREA, STANDARDS


@pytest.fixture(scope="module")
def client(sample: Engine, tmp_path_factory: pytest.TempPathFactory) -> httpx.Client:
    """Client of the interface on the sample district."""
    return client_of(create_app(Settings(web=tmp_path_factory.mktemp("no-web")), sample))


@pytest.fixture(scope="module")
def study(sample: Engine) -> str:
    """Address of an answer about day care."""
    asked = Walking("sample-district", ("day_care",))
    number = cover(sample, AREA, asked, standards=STANDARDS, actor="test").study.id
    return f"/api/v1/coverage/{number}"


def gate(client: httpx.Client, study: str, name: str = "望湖苑侧门") -> dict[str, object]:
    features = client.get(f"{study}/gates").json()["features"]
    return next(one["properties"] for one in features if one["properties"]["name"] == name)


def ask(client: httpx.Client, study: str, *changes: dict[str, object], **more: object) -> httpx.Response:
    return client.post(f"{study}/what-if", json={"norm": "day_care", "changes": list(changes), **more})


def test_a_gate_of_the_map_is_opened_and_the_answer_has_both_sides(client: httpx.Client, study: str) -> None:
    found = ask(client, study, {"action": "open_gate", "gate": gate(client, study)["id"]})
    assert found.status_code == 200
    assert found.headers["cache-control"] == "no-store"
    answer = found.json()
    assert answer["changes"] == [{"action": "open_gate", "name": "望湖苑侧门", "problem": None}]
    assert answer["after"]["within"] - answer["before"]["within"] == answer["gained"]["households"] >= 10
    (norm,) = client.get(study).json()["norms"]
    assert answer["before"] == norm["area"]["distance"]
    (community,) = answer["communities"]
    assert community["after"]["within"] > community["before"]["within"]
    homes = answer["homes"]["features"]
    assert len(homes) == answer["gained"]["homes"] + answer["nearer"]["homes"]
    assert all(one["properties"]["metres_after"] < one["properties"]["metres_before"] for one in homes)


def test_facilities_of_the_map_are_moved_closed_and_opened(client: httpx.Client, study: str) -> None:
    facilities = client.get(f"{study}/facilities", params={"norm": "day_care"})
    assert facilities.headers["content-type"] == "application/geo+json"
    first = facilities.json()["features"][0]
    lon, lat = first["geometry"]["coordinates"]
    close = {"action": "close_facility", "facility": first["id"]}
    again = {"action": "open_facility", "lon": lon, "lat": lat, "floor_area_m2": 300, "capacity": 20}
    closed, put_back = ask(client, study, close).json(), ask(client, study, close, again).json()
    assert closed["lost"]["homes"] > 0
    assert put_back["lost"]["homes"] == put_back["gained"]["homes"] == 0
    moved = ask(
        client, study, {"action": "move_facility", "facility": first["id"], "lon": 165.0, "lat": 30.0}
    )
    assert moved.json()["lost"]["homes"] > 0


def test_the_answer_is_as_it_is_described(client: httpx.Client, study: str) -> None:
    described = client.get("/openapi.json").json()["paths"]["/api/v1/coverage/{study_id}/what-if"]["post"]
    assert described["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith(
        "WhatIfAnswer"
    )
    found = ask(client, study, {"action": "open_gate", "gate": gate(client, study)["id"]}).json()
    assert WhatIfAnswer.model_validate(found).model_dump(mode="json") == found
    gates = client.get(f"{study}/gates").json()
    assert GateFeatures.model_validate(gates).model_dump(mode="json") == gates
    facilities = client.get(f"{study}/facilities", params={"norm": "day_care"}).json()
    assert FacilityFeatures.model_validate(facilities).model_dump(mode="json") == facilities


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"action": "open_gate", "gate": 999_999}, 404),
        ({"action": "close_facility", "facility": 999_999}, 404),
        ({"action": "close_facility"}, 422),
        ({"action": "open_facility", "lon": 116.4, "lat": 39.9}, 422),
        ({"action": "open_facility", "lon": 181, "lat": 30}, 422),
        ({"action": "dig_tunnel"}, 422),
        ({"action": "open_gate", "gate": 1, "surprise": 1}, 422),
    ],
)
def test_nonsense_is_refused_in_both_languages(
    client: httpx.Client, study: str, change: dict[str, object], status: int
) -> None:
    answer = ask(client, study, change)
    assert answer.status_code == status
    assert set(answer.json()["messages"]) == {"en", "zh"}


def test_no_change_too_many_and_one_that_changes_nothing_are_refused(
    client: httpx.Client, study: str
) -> None:
    shut = {"action": "close_gate", "gate": gate(client, study)["id"]}
    assert ask(client, study).status_code == 422
    assert ask(client, study, *[shut] * 51).status_code == 422
    refused = ask(client, study, shut)
    assert refused.status_code == 409
    assert refused.json()["facts"]["reason"] == "nothing_changes"


def test_what_is_not_there_is_not_found(client: httpx.Client, study: str) -> None:
    shut = {"action": "close_gate", "gate": 1}
    assert ask(client, "/api/v1/coverage/999999", shut).status_code == 404
    assert ask(client, study, shut, norm="no_such").status_code == 404
    assert client.get(f"{study}/facilities", params={"norm": "no_such"}).status_code == 404
    assert client.get("/api/v1/coverage/999999/gates").status_code == 404
