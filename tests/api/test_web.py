"""The built web application, served as files."""

import gzip
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gridmap.api.app import create_app
from gridmap.db.engine import connect
from gridmap.settings import Settings

PAGE = "<!doctype html><title>gridmap</title>" + " " * 2000


@pytest.fixture
def web(tmp_path: Path, reach: Callable[[FastAPI], httpx.Client]) -> httpx.Client:
    """Client of a server with a build of four files, a secret beside them, and no database."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text(PAGE)
    (dist / "manifest.webmanifest").write_text("{}")
    script = dist / "assets" / "map-abc123.mjs"
    script.write_text("export const plain = true")
    script.with_name("map-abc123.mjs.gz").write_bytes(gzip.compress(b"export const packed = true"))
    script.with_name("map-abc123.mjs.br").write_bytes(b"not read by this client")
    (tmp_path / "secret.txt").write_text("secret")
    return reach(create_app(Settings(web=dist), connect("postgresql://nobody@/none?host=/nowhere")))


def test_the_page_is_served_and_asked_for_again_each_time(web: httpx.Client) -> None:
    answer = web.get("/")
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert web.get("/", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_a_hashed_file_is_kept_for_ever_and_modules_have_their_type(web: httpx.Client) -> None:
    answer = web.get("/assets/map-abc123.mjs", headers={"Accept-Encoding": "identity"})
    assert answer.text == "export const plain = true"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert web.get("/manifest.webmanifest").headers["content-type"] == "application/manifest+json"


def test_the_smallest_form_that_the_reader_accepts_is_sent(web: httpx.Client) -> None:
    packed = web.get("/assets/map-abc123.mjs", headers={"Accept-Encoding": "gzip"})
    assert (packed.text, packed.headers["content-encoding"]) == ("export const packed = true", "gzip")
    assert packed.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "Accept-Encoding" in packed.headers["vary"]
    with web.stream("HEAD", "/assets/map-abc123.mjs", headers={"Accept-Encoding": "gzip, br"}) as smallest:
        assert smallest.headers["content-encoding"] == "br"


def test_an_address_of_a_view_is_the_page_but_a_missing_file_is_not_found(web: httpx.Client) -> None:
    assert web.get("/grids/110101001001001").text == PAGE
    assert web.get("/assets/gone.js").status_code == 404
    assert web.get("/api/v1/nothing").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "//secret.txt"]
)
def test_files_outside_the_build_are_not_served(web: httpx.Client, path: str) -> None:
    assert "secret" not in web.get(path).text


def test_a_missing_build_is_said_in_both_languages_with_what_to_do(client: httpx.Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 503
    assert "make web" in answer.text
    assert "地图尚未构建" in answer.text
    assert "The map is not built" in answer.text
