"""Plans over HTTP: what everybody may read, and what an editor may do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text

from gridmap.api.app import create_app, openapi_document
from gridmap.core.model import Band
from gridmap.db.engine import transaction
from gridmap.services.dividing import divide_areas
from gridmap.settings import Settings, read_settings
from tests.api.conftest import client_of
from tests.services.conftest import town as squared_town  # noqa: F401

TOKEN = "a-secret-of-thirty-two-characters-or-more"
AREA = "330102001001"
PLANS = "/api/v1/plans"


@pytest.fixture
def plan(engine: Engine, request: pytest.FixtureRequest) -> int:
    """A draft of four or more grids of the town of the services' tests."""
    request.getfixturevalue("squared_town")
    return divide_areas(engine, [AREA], actor="test", band=Band(100, 300)).communities[0].plan_id


@pytest.fixture
def editor(engine: Engine, tmp_path: Path) -> Iterator[httpx.Client]:
    """Client that has the editor token."""
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


def edit(client: httpx.Client, plan: int, expected: int, **wanted: Any) -> httpx.Response:
    return client.post(f"{PLANS}/{plan}/edits", json={"edit": wanted, "expected": expected, "reason": "试"})


def neighbours(client: httpx.Client, plan: int) -> tuple[int, int]:
    """Return two grids that can be merged."""
    grids = [row["properties"]["grid"] for row in done(client.get(f"{PLANS}/{plan}/grids"))["features"]]
    for one in grids:
        for other in grids:
            answer = edit(client, plan, 0, edit="merge", grid=one, absorbed=other)
            if answer.status_code == 200:
                done(client.post(f"{PLANS}/{plan}/undo", json={"expected": 1}))
                return one, other
    raise AssertionError("no two grids touch")


def test_a_draft_is_listed_shown_and_drawn_for_an_editor_alone(
    editor: httpx.Client, public: httpx.Client, plan: int
) -> None:
    [listed] = done(editor.get(PLANS, params={"area": AREA}))["plans"]
    assert (listed["id"], listed["status"], listed["position"], listed["households"]) == (
        plan,
        "draft",
        0,
        1200,
    )
    shown = done(editor.get(f"{PLANS}/{plan}"))
    assert shown["band"] == {"minimum": 100, "maximum": 300}
    assert (shown["out_of_band"], shown["locked"]) == (0, [])
    grids = done(editor.get(f"{PLANS}/{plan}/grids"))["features"]
    assert sum(grid["properties"]["households"] for grid in grids) == 1200
    assert done(public.get(PLANS, params={"area": AREA}))["plans"] == []
    for path in ("", "/grids"):
        assert public.get(f"{PLANS}/{plan}{path}").status_code == 404


def test_a_plan_in_force_is_public_but_not_its_cells(
    editor: httpx.Client, public: httpx.Client, plan: int
) -> None:
    done(editor.post(f"{PLANS}/{plan}/publish", json={"reason": "年度调整"}))
    assert [row["id"] for row in done(public.get(PLANS, params={"area": AREA}))["plans"]] == [plan]
    shown = done(public.get(f"{PLANS}/{plan}"))
    assert (shown["status"], shown["findings"]) == ("published", [])
    assert len(done(public.get(f"{PLANS}/{plan}/grids"))["features"]) == shown["grids"]
    assert public.get(f"{PLANS}/{plan}/cells").status_code == 401


def test_cells_tell_their_grid_and_tile_the_grids(editor: httpx.Client, plan: int) -> None:
    answer = editor.get(f"{PLANS}/{plan}/cells")
    assert answer.headers["content-type"] == "application/geo+json"
    cells = done(answer)["features"]
    assert [cell["properties"]["cell"] for cell in cells] == list(range(len(cells)))
    held: dict[int, int] = {}
    for cell in cells:
        told = cell["properties"]
        held[told["grid"]] = held.get(told["grid"], 0) + told["households"]
    grids = done(editor.get(f"{PLANS}/{plan}/grids"))["features"]
    assert held == {grid["properties"]["grid"]: grid["properties"]["households"] for grid in grids}


def test_edits_are_done_undone_and_told(editor: httpx.Client, plan: int) -> None:
    one, other = neighbours(editor, plan)
    report = done(edit(editor, plan, 2, edit="merge", grid=one, absorbed=other))
    assert (report["plan"], report["position"]) == (plan, 3)
    assert {row["grid"]: row["after"] is None for row in report["grids"]} == {one: False, other: True}
    assert [warning["kind"] for warning in report["warnings"]] in ([], ["out_of_band"])
    split = done(edit(editor, plan, 3, edit="split", grid=one))
    assert split["edit"]["parts"]
    assert done(edit(editor, plan, 4, edit="lock", grid=one))["grids"][0]["locked"] is True
    done(edit(editor, plan, 5, edit="unlock", grid=one))
    done(edit(editor, plan, 6, edit="set_kind", grid=one, kind="dedicated"))
    done(editor.post(f"{PLANS}/{plan}/undo", json={"expected": 7}))
    done(editor.post(f"{PLANS}/{plan}/redo", json={"expected": 8}))
    journal = done(editor.get(f"{PLANS}/{plan}/journal"))
    assert (journal["position"], journal["undoable"], journal["redoable"]) == (9, 5, 0)
    assert {line["author"] for line in journal["lines"]} == {"editor over HTTP"}
    assert journal["lines"][2]["reason"] == "试"
    cells = [cell["properties"] for cell in done(editor.get(f"{PLANS}/{plan}/cells"))["features"]]
    alone = next(cell for cell in cells if cell["grid"] == one)
    assert edit(editor, plan, 9, edit="reassign", cells=[alone["cell"]], grid=one).status_code == 409


def test_an_editor_who_saw_an_older_state_is_refused(editor: httpx.Client, plan: int) -> None:
    done(edit(editor, plan, 0, edit="lock", grid=1))
    problem = done(edit(editor, plan, 0, edit="lock", grid=2), 409)
    assert problem["facts"] == {"reason": "edited_meanwhile", "position": 1}
    problem = done(edit(editor, plan, 1, edit="merge", grid=1, absorbed=99), 422)
    assert problem["facts"]["reason"] == "no_such_grid"
    assert problem["messages"]["zh"] != problem["messages"]["en"]


def test_branches_differ_and_are_merged(editor: httpx.Client, plan: int) -> None:
    one, other = neighbours(editor, plan)
    child = done(editor.post(f"{PLANS}/{plan}/branches", json={}), 201)["plan"]
    done(edit(editor, child, 0, edit="merge", grid=one, absorbed=other))
    difference = done(editor.get(f"{PLANS}/{plan}/diff/{child}"))
    assert difference["households_moved"] > 0
    wanted = {"other": child, "expected": 2}
    dry = done(editor.post(f"{PLANS}/{plan}/merge", json={**wanted, "dry_run": True}))
    assert (dry["conflicts"], dry["merged"], dry["base"]) == ([], None, {"plan": plan, "position": 2})
    done(edit(editor, plan, 2, edit="lock", grid=other))
    problem = done(editor.post(f"{PLANS}/{plan}/merge", json={**wanted, "expected": 3}), 409)
    assert problem["facts"]["conflicts"][0]["kind"] == "locked"
    done(edit(editor, plan, 3, edit="unlock", grid=other))
    merged = done(editor.post(f"{PLANS}/{plan}/merge", json={**wanted, "expected": 4}))["merged"]
    assert merged["position"] == 5
    assert done(editor.get(f"{PLANS}/{plan}/diff/{child}"))["households_moved"] == 0


def test_a_plan_in_force_is_edited_in_a_branch_by_one_call(editor: httpx.Client, plan: int) -> None:
    done(editor.post(f"{PLANS}/{plan}/publish", json={}))
    wanted = {"edit": {"edit": "lock", "grid": 1}, "expected": 0}
    assert editor.post(f"{PLANS}/{plan}/edits", json=wanted).status_code == 409
    report = done(editor.post(f"{PLANS}/{plan}/edits", json={**wanted, "in_branch": True}))
    assert report["plan"] != plan
    assert done(editor.get(f"{PLANS}/{report['plan']}"))["locked"] == [1]
    assert done(editor.post(f"{PLANS}/{report['plan']}/archive", json={}))["status"] == "archived"


def test_snapshots_are_taken_listed_and_returned_to(editor: httpx.Client, plan: int) -> None:
    assert done(editor.post(f"{PLANS}/{plan}/snapshots", json={"name": "初稿"}), 201) == {
        "name": "初稿",
        "position": 0,
    }
    done(edit(editor, plan, 0, edit="lock", grid=1))
    assert [row["name"] for row in done(editor.get(f"{PLANS}/{plan}/snapshots"))["snapshots"]] == ["初稿"]
    done(editor.post(f"{PLANS}/{plan}/return", json={"snapshot": "初稿", "expected": 1}))
    assert done(editor.get(f"{PLANS}/{plan}"))["locked"] == []
    assert editor.post(f"{PLANS}/{plan}/return", json={"snapshot": "无", "expected": 2}).status_code == 404


def closed() -> list[tuple[str, str]]:
    """Return method and path of every address that needs the token."""
    paths: dict[str, Any] = openapi_document()["paths"]  # type: ignore[assignment]
    return [
        (method.upper(), path)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if path.startswith(PLANS)
        and (method == "post" or path.endswith(("cells", "journal", "snapshots", "{other_id}")))
    ]


def test_everything_that_writes_and_every_cell_needs_the_token(
    public: httpx.Client, empty_client: httpx.Client, plan: int
) -> None:
    assert len(closed()) == 13
    for method, path in closed():
        address = path.format(plan_id=plan, other_id=plan)
        nobody = public.request(method, address, json={} if method == "POST" else None)
        assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer"), path
        wrong = public.request(method, address, headers={"Authorization": "Bearer x"})
        assert wrong.status_code == 403, path
        unset = empty_client.request(method, address, headers={"Authorization": f"Bearer {TOKEN}"})
        assert unset.status_code == 403, path
        assert "GRIDMAP_API_EDITOR_TOKEN" in unset.json()["hint"]["en"]


def test_a_wrong_token_is_refused_where_none_is_needed(public: httpx.Client, plan: int) -> None:
    for path in (f"{PLANS}?area={AREA}", f"{PLANS}/{plan}"):
        assert public.get(path, headers={"Authorization": "Bearer x"}).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"edit": {"edit": "redraw", "cells": [], "kinds": [], "locks": [], "last_number": 1}, "expected": 0},
        {"edit": {"edit": "lock", "grid": 1}},
        {"edit": {"edit": "lock", "grid": 2**40}, "expected": 0},
        {"edit": {"edit": "reassign", "cells": [-1], "grid": 1}, "expected": 0},
        {"edit": {"edit": "lock", "grid": 1, "more": 1}, "expected": 0},
        {"edit": {"edit": "lock", "grid": 1}, "expected": 0, "reason": "x" * 2000},
    ],
)
def test_what_is_no_edit_is_refused_and_changes_nothing(
    editor: httpx.Client, plan: int, body: dict[str, Any]
) -> None:
    assert editor.post(f"{PLANS}/{plan}/edits", json=body).status_code == 422
    assert done(editor.get(f"{PLANS}/{plan}/journal"))["position"] == 0


def test_a_plan_without_cells_or_that_is_not_there_is_said_so(
    editor: httpx.Client, engine: Engine, plan: int
) -> None:
    assert editor.get(f"{PLANS}/999999/cells").status_code == 404
    assert editor.get(f"{PLANS}/99999999999999999999").status_code == 400
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        connection.execute(text("DELETE FROM gridmap.drawing"))
    assert editor.get(f"{PLANS}/{plan}/cells").status_code == 409
    assert done(editor.get(f"{PLANS}/{plan}"))["position"] is None


def test_a_short_token_is_refused_without_being_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDMAP_API_EDITOR_TOKEN", "short-secret")
    with pytest.raises(Exception, match="GRIDMAP_API_EDITOR_TOKEN") as refused:
        read_settings()
    assert "short-secret" not in str(refused.value)
    monkeypatch.setenv("GRIDMAP_API_EDITOR_TOKEN", TOKEN)
    assert TOKEN not in repr(read_settings())
