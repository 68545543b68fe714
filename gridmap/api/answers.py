"""Answers of the OGC addresses: JSON, or the same document as a page that people can read."""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.datastructures import URL

from gridmap.api.documents import HTML, QUERYABLES, SCHEMA, Document, root
from gridmap.api.language import preferred_language
from gridmap.api.media import GeoJSONResponse
from gridmap.api.sketches import Sketch
from gridmap.api.sketches import sketch as sketch_of
from gridmap.db.collections import Collection
from gridmap.db.systems import CRS84, CoordinateSystem
from gridmap.services.browsing import Feature, Page

PAGES = {"collection", "conformance", "data", "items", "next"}
"""Relations that lead to documents which are pages as well."""

VARIES = {"Vary": "Accept, Accept-Language"}


@cache
def templates() -> jinja2.Environment:
    """Return the templates of pages; what they are given is escaped."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


def html(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page in the reader's language; in templates ``say(en, zh)`` picks the sentence."""
    language = preferred_language(request)
    text = (
        templates()
        .get_template(template)
        .render(
            **values,
            request=request,
            language=language,
            say=lambda en, zh: zh if language == "zh" else en,
        )
    )
    return HTMLResponse(text, status, {"Content-Language": language, **VARIES})


def answer(
    request: Request,
    form: str,
    document: Document,
    *,
    collection: Collection | None = None,
    sketch: Sketch | None = None,
) -> Response:
    """Return a document as JSON, or as a page with a drawing of its features."""
    if form == "html":
        document = {**document, "links": _page_links(document["links"])}
        return html(request, "document.html", document=document, collection=collection, sketch=sketch)
    return JSONResponse(document, headers={"Content-Language": preferred_language(request), **VARIES})


def filterable(request: Request, collection: Collection, response: Response) -> Response:
    """Say in a header where the names are that filters may use (OGC 19-079r2, conformance test 2)."""
    address = f"{root(request)}/collections/{collection.id}/queryables"
    response.headers["Link"] = f'<{address}>; rel="{QUERYABLES}"; type="{SCHEMA}"'
    return response


def page_of_features(
    request: Request,
    form: str,
    collection: Collection,
    page: Page,
    links: list[Document],
    *,
    system: CoordinateSystem,
) -> Response:
    """Return a page of features; their GeoJSON is passed on as the database wrote it."""
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    about = {
        **page.matched.as_dict(),
        "numberReturned": page.returned,
        "timeStamp": now,
        "links": links,
    }
    body = f'{{"type":"FeatureCollection","features":[{page.features}],{_inside(about)}}}'
    if form == "html":
        document = json.loads(body)
        drawn = _drawn(document["features"], system)
        return answer(request, form, document, collection=collection, sketch=drawn)
    return _geojson(body, system)


def one_feature(
    request: Request,
    form: str,
    collection: Collection,
    feature: Feature,
    links: list[Document],
    *,
    system: CoordinateSystem,
) -> Response:
    """Return one feature, with the ETag of its version."""
    body = f"{feature.text},{_inside({'links': links})}}}"
    if form == "html":
        document = json.loads(body)
        drawn = _drawn([document], system)
        return answer(request, form, document, collection=collection, sketch=drawn)
    shown = _geojson(body, system)
    shown.headers["ETag"] = entity_tag(feature.version, system)
    return shown


def entity_tag(version: str, system: CoordinateSystem) -> str:
    """Return the strong ETag of a feature in a coordinate system; what stands before the dot is its version."""
    return f'"{version}"' if system is CRS84 else f'"{version}.{system.uri.rpartition("/")[2]}"'


def _drawn(features: list[Document], system: CoordinateSystem) -> Sketch | None:
    """Draw features that are in degrees, longitude first; others are not drawn."""
    return sketch_of(features) if system is CRS84 else None


def _geojson(body: str, system: CoordinateSystem) -> Response:
    return GeoJSONResponse(body, headers={"Content-Crs": f"<{system.uri}>", **VARIES})


def _page_links(links: list[Document]) -> list[Document]:
    """Keep the links a reader of the page can use, those to other documents leading to their pages."""
    wanted = [link for link in links if link["rel"] not in ("self", "alternate") and link["type"] != HTML]
    return [
        {**link, "href": str(URL(link["href"]).include_query_params(f="html"))}
        if link["rel"] in PAGES
        else link
        for link in wanted
    ]


def _inside(document: Document) -> str:
    """Return a JSON object without its braces."""
    return json.dumps(document, ensure_ascii=False)[1:-1]
