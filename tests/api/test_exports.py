"""Exports over HTTP: what is public, at once or as a job, whole or in parts."""

import asyncio
import base64
import contextlib
import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

import geopandas as gpd
import httpx
import pytest
from sqlalchemy import Engine, text

from gridmap.api.app import create_app
from gridmap.api.pace import Pace
from gridmap.db.collections import COLLECTIONS
from gridmap.db.engine import transaction
from gridmap.jobs.worker import work_once
from gridmap.services import jobs
from gridmap.services.exporting import KINDS, Format
from gridmap.services.exporting.handing import MOST_AT_ONCE
from gridmap.services.exporting.shelf import Shelf
from gridmap.settings import REPOSITORY, Settings
from tests.api.conftest import client_of

EXPORTS = "/api/v1/exports"
DATA = REPOSITORY / "data"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Folder of the files."""
    return tmp_path / "exports"


@pytest.fixture
def client(town: Engine, tmp_path: Path, shelf: Path) -> httpx.Client:
    """Client of a server that has a shelf of its own."""
    app = create_app(Settings(web=tmp_path / "no-web", exports=shelf), town)
    app.state.pace = Pace(1000)
    return client_of(app)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_an_export_has_the_features_that_the_items_are(client: httpx.Client, collection: str) -> None:
    answer = client.get(f"{EXPORTS}/{collection}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/geo+json"
    items = client.get(f"/ogc/collections/{collection}/items", params={"limit": 1000}).json()["features"]
    plain = [{key: value for key, value in item.items() if key != "links"} for item in items]
    assert answer.json()["features"] == plain


@pytest.mark.parametrize("form", Format)
def test_every_format_has_its_media_type_and_a_name_in_both_scripts(
    client: httpx.Client, form: Format
) -> None:
    answer = client.get(f"{EXPORTS}/grids", params={"f": form, "lang": "zh"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == KINDS[form].media_type
    plain, spoken = answer.headers["content-disposition"].removeprefix("attachment; ").split("; ")
    assert plain == f'filename="grids{KINDS[form].suffix}"'
    assert unquote(spoken) == f"filename*=UTF-8''网格{KINDS[form].suffix}"
    assert len(answer.content) > 0


def test_a_filter_and_an_area_choose_what_goes_out(client: httpx.Client) -> None:
    everything = client.get(f"{EXPORTS}/buildings").json()["features"]
    tall = client.get(f"{EXPORTS}/buildings", params={"filter": "floors >= 6"}).json()["features"]
    assert tall == [one for one in everything if (one["properties"]["floors"] or 0) >= 6]
    community = next(one["properties"]["community"] for one in everything if one["properties"]["community"])
    here = client.get(f"{EXPORTS}/buildings", params={"area": community}).json()["features"]
    assert here == [one for one in everything if one["properties"]["community"] == community]


@pytest.mark.parametrize(
    ("address", "parameters", "status"),
    [
        ("grids", {"colour": "red"}, 400),
        ("grids", {"f": "dwg"}, 400),
        ("grids", {"filter": "colour = 'red'"}, 400),
        ("grids", {"filter": "pg_sleep(9) = 1"}, 400),
        ("grids", {"filter": "name = ''; DROP TABLE gridmap.area'"}, 400),
        ("grids", {"area": "Atlantis"}, 404),
        ("residents", {}, 404),
    ],
)
def test_what_cannot_be_exported_is_refused_before_anything_is_sent(
    client: httpx.Client, address: str, parameters: dict[str, str], status: int
) -> None:
    answer = client.get(f"{EXPORTS}/{address}", params=parameters)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_counts_that_are_not_published_stay_out_of_every_format(client: httpx.Client, town: Engine) -> None:
    with town.connect() as connection:
        small = connection.execute(
            text("SELECT count(*) FROM gridmap.building WHERE households BETWEEN 1 AND 9")
        )
        assert small.scalar_one() > 0
    told = client.get(f"{EXPORTS}/buildings", params={"f": "csv"}).text.splitlines()
    place = told[0].split(",").index("households")
    assert all(not 0 < int(row.split(",")[place] or 0) < 10 for row in told[1:])
    for form in ("parquet", "fgb"):
        frame = (
            gpd.read_file(io.BytesIO(client.get(f"{EXPORTS}/buildings", params={"f": form}).content))
            if (form == "fgb")
            else gpd.read_parquet(io.BytesIO(client.get(f"{EXPORTS}/buildings", params={"f": form}).content))
        )
        assert not frame["households"].between(1, 9).any()
    few = {"filter": "households < 10 AND households > 0"}
    assert client.get(f"{EXPORTS}/buildings", params=few).json()["features"] == []


def test_exports_beyond_what_a_server_bears_at_once_are_told_to_come_back(client: httpx.Client) -> None:
    desk = client._transport.app.state.desk  # type: ignore[attr-defined]
    for _ in range(MOST_AT_ONCE):
        assert desk.free.acquire(blocking=False)
    answer = client.get(f"{EXPORTS}/grids")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    for _ in range(MOST_AT_ONCE):
        desk.free.release()
    for _ in range(MOST_AT_ONCE + 1):
        assert client.get(f"{EXPORTS}/grids").status_code == 200
        assert client.get(f"{EXPORTS}/grids", params={"f": "fgb"}).status_code == 200
        assert client.get(f"{EXPORTS}/grids", params={"area": "Atlantis"}).status_code == 404


def test_an_export_is_stopped_when_its_reader_goes_away(client: httpx.Client) -> None:
    app = client._transport.app  # type: ignore[attr-defined]
    scope = {
        "type": "http",
        "asgi": {"spec_version": "2.4"},
        "method": "GET",
        "path": f"{EXPORTS}/buildings",
        "raw_path": b"",
        "query_string": b"",
        "headers": [],
        "client": ("test", 1),
        "server": ("map.test", 80),
        "scheme": "http",
        "http_version": "1.1",
    }
    free = app.state.desk.free

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.body":
            assert free._value == MOST_AT_ONCE - 1
            raise OSError("gone")

    with contextlib.suppress(Exception):
        asyncio.run(app(scope, receive, send))
    assert free._value == MOST_AT_ONCE


def test_files_made_at_once_are_gone_when_they_are_sent(client: httpx.Client, shelf: Path) -> None:
    client.get(f"{EXPORTS}/grids", params={"f": "gpkg"})
    assert list(shelf.iterdir()) == []


def _made(client: httpx.Client, town: Engine, shelf: Path, **asked: object) -> dict[str, object]:
    waiting = client.post(EXPORTS, json=asked)
    assert waiting.status_code == 202, waiting.text
    assert waiting.json()["state"] == "waiting"
    assert work_once(town, DATA, shelf)
    done: dict[str, object] = client.get(waiting.headers["location"]).json()
    return done


def test_a_job_makes_a_file_that_is_fetched_whole_or_in_parts_and_checked(
    client: httpx.Client, town: Engine, shelf: Path
) -> None:
    job = _made(client, town, shelf, collection="buildings", f="geojson")
    assert job["state"] == "done"
    file = job["file"]
    assert isinstance(file, dict)
    address = f"{EXPORTS}/files/{job['id']}"
    whole = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert whole.status_code == 200
    assert len(whole.content) == file["bytes"]
    assert hashlib.sha256(whole.content).hexdigest() == file["sha256"]
    digest = base64.b64decode(whole.headers["repr-digest"].removeprefix("sha-256=:").removesuffix(":"))
    assert digest.hex() == file["sha256"]
    assert len(whole.json()["features"]) == file["features"]
    assert whole.json() == client.get(f"{EXPORTS}/buildings").json()
    tag = whole.headers["etag"]
    rest = client.get(address, headers={"Range": "bytes=100-", "If-Range": tag})
    assert rest.status_code == 206
    assert whole.content[:100] + rest.content == whole.content
    changed = client.get(address, headers={"Range": "bytes=100-", "If-Range": '"another"'})
    assert (changed.status_code, changed.content) == (200, whole.content)
    assert client.get(address, headers={"Range": "bytes=999999999-"}).status_code == 416
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_a_job_that_is_not_done_has_no_file_and_can_be_cancelled(
    client: httpx.Client, town: Engine, shelf: Path
) -> None:
    job = client.post(EXPORTS, json={"collection": "grids", "f": "xlsx"}).json()
    assert client.get(f"{EXPORTS}/files/{job['id']}").status_code == 409
    assert client.delete(f"/api/v1/jobs/{job['id']}").json()["state"] == "cancelled"
    assert client.get(f"{EXPORTS}/files/{job['id']}").status_code == 409
    assert not work_once(town, DATA, shelf)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"collection": "people"}, 404),
        ({"collection": "grids", "filter": "colour = 'red'"}, 422),
        ({"collection": "grids", "area": "Atlantis"}, 404),
        ({"collection": "grids", "f": "dwg"}, 422),
        ({"collection": "grids", "colour": "red"}, 422),
    ],
)
def test_a_job_that_could_not_be_done_is_refused_at_once(
    client: httpx.Client, asked: dict[str, str], status: int
) -> None:
    assert client.post(EXPORTS, json=asked).status_code == status


def test_a_job_whose_worker_died_is_done_again_by_another(
    client: httpx.Client, town: Engine, shelf: Path
) -> None:
    job = client.post(EXPORTS, json={"collection": "areas", "f": "shp"}).json()
    with transaction(town, actor="test", role="gridmap_app") as connection:
        claimed = jobs.claim(connection)
        assert claimed is not None
        connection.execute(
            text("UPDATE gridmap.job SET beat_at = now() - interval '2 minutes' WHERE id = :id"),
            {"id": job["id"]},
        )
    assert work_once(town, DATA, shelf)
    packed = client.get(f"{EXPORTS}/files/{job['id']}").content
    assert "areas_polygon.cpg" in zipfile.ZipFile(io.BytesIO(packed)).namelist()


def test_files_go_with_their_jobs_and_drafts_that_were_left_go_too(
    client: httpx.Client, town: Engine, shelf: Path
) -> None:
    first = _made(client, town, shelf, collection="areas")
    with town.begin() as connection:
        connection.execute(text("DELETE FROM gridmap.job"))
    second = _made(client, town, shelf, collection="areas")
    assert [file.name for file in shelf.iterdir()] == [second["id"]]
    assert client.get(f"{EXPORTS}/files/{first['id']}").status_code == 404
    Shelf(shelf).place(second["id"]).unlink()  # type: ignore[arg-type]
    gone = client.get(f"{EXPORTS}/files/{second['id']}")
    assert gone.status_code == 404
    assert json.loads(gone.text)["hint"]


def test_the_oldest_files_go_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setattr("gridmap.services.exporting.shelf.MOST_BYTES", 250)
    keys = [uuid4() for _ in range(4)]
    for age, key in enumerate(keys):
        (tmp_path / str(key)).write_bytes(bytes(100))
        os.utime(tmp_path / str(key), (1000 - age, 1000 - age))
    Shelf(tmp_path).make_room(keys)
    assert {file.name for file in tmp_path.iterdir()} == {str(key) for key in keys[:2]}
