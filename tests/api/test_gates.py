"""Gates changed over HTTP by an editor; everybody else may only read them."""

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text

from gridmap.api.app import create_app
from gridmap.db.engine import transaction
from gridmap.settings import Settings
from tests.api.conftest import client_of

TOKEN = "a-secret-of-thirty-two-characters-or-more"


@pytest.fixture
def gate(engine: Engine) -> str:
    """Address of a gate."""
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        number = connection.execute(
            text(
                "INSERT INTO gridmap.place (dataset, source_id, kind, name, hours, geom) VALUES "
                "('town', 'g1', 'gate', '南门', '06:00-22:00', ST_SetSRID(ST_Point(120, 30), 4326)) RETURNING id"
            )
        ).scalar_one()
    return f"/api/v1/gates/{number}"


@pytest.fixture
def editor(engine: Engine, tmp_path: Path) -> httpx.Client:
    """Client that has the editor token."""
    client = client_of(create_app(Settings(web=tmp_path, api_editor_token=SecretStr(TOKEN)), engine))
    client.headers["Authorization"] = f"Bearer {TOKEN}"
    return client


def test_an_editor_changes_a_gate_and_undoes_it_with_the_former_values(
    editor: httpx.Client, gate: str, engine: Engine
) -> None:
    answer = editor.patch(gate, json={"hours": None, "residents_only": True, "reason": "试行"})
    assert answer.status_code == 200
    told = answer.json()
    assert told["gate"] | {"id": 0} == {
        "id": 0,
        "key": "town/g1",
        "name": "南门",
        "hours": None,
        "residents_only": True,
        "community": None,
    }
    assert told["former"] == {"hours": "06:00-22:00", "residents_only": None}
    back = editor.patch(gate, json=told["former"]).json()
    assert (back["gate"]["hours"], back["gate"]["residents_only"]) == ("06:00-22:00", None)
    part = editor.patch(gate, json={"residents_only": False}).json()
    assert (part["gate"]["hours"], part["former"]) == ("06:00-22:00", {"residents_only": None})
    with engine.connect() as connection:
        line = connection.execute(
            text("SELECT actor, reason FROM gridmap.audit WHERE action = 'edit gate' ORDER BY id LIMIT 1")
        ).one()
    assert tuple(line) == ("editor over HTTP", "试行")


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({}, 422),
        ({"hours": "25:00-26:00"}, 422),
        ({"colour": "red"}, 422),
        ({"residents_only": "maybe"}, 422),
    ],
)
def test_nonsense_is_refused(editor: httpx.Client, gate: str, wanted: dict[str, object], status: int) -> None:
    answer = editor.patch(gate, json=wanted)
    assert answer.status_code == status
    assert set(answer.json()["messages"]) == {"en", "zh"}


def test_nobody_else_may_and_no_other_thing_is_a_gate(
    editor: httpx.Client, gate: str, engine: Engine, tmp_path: Path
) -> None:
    wanted = {"residents_only": True}
    assert editor.patch("/api/v1/gates/999999", json=wanted).status_code == 404
    assert editor.patch(gate, json=wanted, headers={"Authorization": "Bearer wrong"}).status_code == 403
    del editor.headers["Authorization"]
    assert editor.patch(gate, json=wanted).status_code == 401
    closed = client_of(create_app(Settings(web=tmp_path), engine))
    assert closed.patch(gate, json=wanted).status_code == 403
