"""Shapes and filters kept under a name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text

from gridmap.api.app import create_app
from gridmap.settings import Settings
from tests.api.conftest import client_of, settle
from tests.api.test_query import BOWTIE, WEST_HALF

TOKEN = "a-secret-of-thirty-two-characters-or-more"
SAVED = "/api/v1/query/saved"


@pytest.fixture
def editor(engine: Engine, tmp_path: Path) -> Iterator[httpx.Client]:
    """Client that has the editor token, of a town of its own."""
    settle(engine)
    settings = Settings(web=tmp_path, api_editor_token=SecretStr(TOKEN))
    with client_of(create_app(settings, engine)) as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        yield client


@pytest.fixture
def public(editor: httpx.Client) -> httpx.Client:
    """Client of the same server without the token."""
    return httpx.Client(transport=editor._transport, base_url=editor.base_url)


def done(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def matched(client: httpx.Client, **asked: Any) -> int:
    return int(done(client.get("/api/v1/query/within", params=asked))["numberMatched"])


def test_a_saved_shape_and_filter_can_be_named_by_anyone(editor: httpx.Client, public: httpx.Client) -> None:
    done(editor.post(SAVED, json={"name": "西半", "shape": WEST_HALF, "note": "试点"}), 201)
    high = {"name": "高层", "collection": "buildings", "filter": "floors >= 12"}
    done(editor.post(SAVED, json=high), 201)
    assert matched(public, collection="grids", saved="西半") == 2
    assert matched(public, collection="buildings", saved="高层", place="西园社区") == 3
    low = {"saved": "高层", "place": "110101001000", "filter": "floors < 30"}
    assert matched(public, collection="buildings", **low) == 3
    summed = public.post(
        "/api/v1/query/aggregate",
        json={"collection": "grids", "saved": "西半", "by": "community", "sum": ["households"]},
    )
    assert done(summed)["total"]["sums"]["households"]["total"] == 400
    assert (
        public.get("/api/v1/query/within", params={"collection": "grids", "saved": "高层"}).status_code == 400
    )
    apart = {"collection": "grids", "saved": "西半", "place": "西园社区"}
    assert "no area in common" in public.get("/api/v1/query/within", params=apart).text


def test_saving_listing_and_changing_need_the_token(public: httpx.Client) -> None:
    assert public.get(SAVED).status_code == 401
    assert public.post(SAVED, json={"name": "x", "shape": WEST_HALF}).status_code == 401
    assert public.patch(f"{SAVED}/1", json={"name": "x"}).status_code == 401
    assert public.delete(f"{SAVED}/1").status_code == 401


def test_a_saved_question_is_renamed_deleted_and_put_back(editor: httpx.Client, engine: Engine) -> None:
    first = done(editor.post(SAVED, json={"name": "甲", "shape": WEST_HALF}), 201)
    address = f"{SAVED}/{first['id']}"
    assert first["shape"]["type"] == "Polygon"
    assert first["deleted_at"] is None
    assert done(editor.patch(address, json={"name": "乙", "note": "新"}))["name"] == "乙"
    assert [one["name"] for one in done(editor.get(SAVED))["saved"]] == ["乙"]
    assert done(editor.delete(address))["deleted_at"] is not None
    assert done(editor.get(SAVED))["saved"] == []
    assert [one["note"] for one in done(editor.get(SAVED, params={"deleted": True}))["saved"]] == ["新"]
    second = done(editor.post(SAVED, json={"name": "乙", "shape": WEST_HALF}), 201)
    assert editor.patch(address, json={"deleted": False}).status_code == 409
    done(editor.delete(f"{SAVED}/{second['id']}"))
    assert done(editor.patch(address, json={"deleted": False}))["deleted_at"] is None
    with engine.connect() as connection:
        actions = connection.execute(text("SELECT action FROM gridmap.audit ORDER BY id")).scalars().all()
    assert actions.count("save query") == 2
    assert actions.count("change saved query") == 4


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"name": "x"}, 422),
        ({"name": "", "shape": WEST_HALF}, 422),
        ({"name": "x\0", "shape": WEST_HALF}, 422),
        ({"name": "x", "shape": BOWTIE}, 422),
        ({"name": "x", "filter": "floors > 1"}, 422),
        ({"name": "x", "collection": "buildings", "filter": "colour = 'red'"}, 422),
        ({"name": "x", "collection": "walls", "filter": "a = 1"}, 404),
        ({"name": "x", "collection": "buildings", "shape": WEST_HALF}, 422),
    ],
)
def test_what_could_not_be_asked_is_not_saved(
    editor: httpx.Client, wanted: dict[str, Any], status: int
) -> None:
    assert editor.post(SAVED, json=wanted).status_code == status
    assert done(editor.get(SAVED))["saved"] == []


def test_a_name_is_given_once(editor: httpx.Client) -> None:
    done(editor.post(SAVED, json={"name": "甲", "shape": WEST_HALF}), 201)
    assert editor.post(SAVED, json={"name": "甲", "shape": WEST_HALF}).status_code == 409
    assert editor.patch(f"{SAVED}/999", json={"name": "x"}).status_code == 404
