"""The map as MapLibre style documents: every layer together, and each collection alone, as OGC API Styles lists them.

A style names the tiles of this server and nothing else: no glyphs, sprites or pictures from anywhere.
"""

from typing import Any

from fastapi import Request

from gridmap.api.documents import Document, link, root
from gridmap.db.collections import COLLECTIONS
from gridmap.db.tiles import LAYERS
from gridmap.errors import Text

MEDIA_TYPE = "application/vnd.mapbox.style+json"
WHOLE = "map"
WHOLE_TITLE = Text(en="All layers", zh="全部图层")
DEEPEST_TILES = 16
"""Beyond this zoom tiles are enlarged: half a metre is still told apart."""

BACKGROUND = "#f6f5f1"
BANDS = {"under": "#4a86b8", "in": "#d8e2cb", "over": "#d2763c", "dedicated": "#b6b6c2"}
"""Fill of a grid by where its households lie against the band, the same as in the browser."""
ROADS = {"motorway": 5.0, "primary": 5.0, "secondary": 3.8, "tertiary": 3.0, "residential": 2.0}
"""Width of classes in pixels at zoom 16."""
INK, QUIET = "#2b3440", "#5f6b77"
WATER, RAIL = "#b9c1c4", "#9a9a98"
ORDER = ("areas", "grids", "cells", "places", "roads", "buildings", "organisations", "facilities")
"""From the ground up."""

Paint = dict[str, Any]


def style_ids() -> list[str]:
    """Return the ids of all styles."""
    return [WHOLE, *COLLECTIONS]


def style_list(request: Request, language: str) -> Document:
    """Return the list of styles."""
    return {
        "default": WHOLE,
        "styles": [
            {
                "id": style_id,
                "title": _title(style_id, language),
                "links": [link(f"{root(request)}/styles/{style_id}", "stylesheet", MEDIA_TYPE)],
            }
            for style_id in style_ids()
        ],
        "links": [link(str(request.url), "self", "application/json")],
    }


def style(request: Request, language: str, style_id: str) -> Document:
    """Return a style."""
    shown = [name for name in ORDER if style_id in (WHOLE, name)]
    background = {"id": "background", "type": "background", "paint": {"background-color": BACKGROUND}}
    return {
        "version": 8,
        "name": _title(style_id, language),
        "sources": {name: _source(request, name) for name in shown},
        "layers": [background, *(layer for name in shown for layer in _layers(name))],
    }


def _title(style_id: str, language: str) -> str:
    title = WHOLE_TITLE if style_id == WHOLE else COLLECTIONS[style_id].title
    return title.in_language(language)


def _source(request: Request, name: str) -> Document:
    tiles = f"{root(request)}/collections/{name}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"
    return {"type": "vector", "tiles": [tiles], "minzoom": 0, "maxzoom": DEEPEST_TILES}


def _layers(name: str) -> list[Document]:
    drawn = [_layer(name, *part) for part in DRAWN[name]]
    counts = LAYERS[name].counts
    if counts is None:
        return drawn
    return [*drawn, _layer(name, counts.name, "circle", _counts())]


def _layer(source: str, source_layer: str, kind: str, paint: Paint) -> Document:
    return {
        "id": f"{source_layer.replace('_', '-')}-{kind}",
        "type": kind,
        "source": source,
        "source-layer": source_layer,
        "paint": paint,
    }


def _counts() -> Paint:
    radius = ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 2, 30, 14]
    return {"circle-radius": radius, "circle-color": QUIET, "circle-opacity": 0.5}


def _by(column: str, choices: dict[str, Any], otherwise: Any) -> list[Any]:
    return ["match", ["get", column], *(part for pair in choices.items() for part in pair), otherwise]


_POINT: Paint = {
    "circle-radius": 4,
    "circle-color": "#8a2d6b",
    "circle-stroke-color": "#ffffff",
    "circle-stroke-width": 1.5,
}

DRAWN: dict[str, list[tuple[str, str, Paint]]] = {
    "areas": [("areas", "line", {"line-color": INK, "line-width": 2.0})],
    "grids": [
        ("grids", "fill", {"fill-color": _by("band", BANDS, BANDS["in"]), "fill-opacity": 0.75}),
        ("grids", "line", {"line-color": QUIET, "line-width": 1.2}),
    ],
    "cells": [("cells", "line", {"line-color": QUIET, "line-width": 0.5, "line-opacity": 0.6})],
    "places": [
        (
            "places",
            "fill",
            {"fill-color": _by("kind", {"water": WATER, "park": "#bcd9ad"}, "#e7e4dc"), "fill-opacity": 0.5},
        )
    ],
    "roads": [
        (
            "roads",
            "line",
            {
                "line-color": _by("class", {"river": WATER, "railway": RAIL, "wall": "#8a8478"}, "#ffffff"),
                "line-width": [
                    "interpolate",
                    ["exponential", 1.5],
                    ["zoom"],
                    10,
                    0.5,
                    16,
                    _by("class", ROADS, 1.2),
                ],
            },
        )
    ],
    "buildings": [("buildings", "fill", {"fill-color": "#26323e", "fill-opacity": 0.2})],
    "organisations": [("organisations", "circle", {**_POINT, "circle-color": "#3a6f8f"})],
    "facilities": [("facilities", "circle", _POINT)],
}
"""What is drawn of a collection: layer of its tiles, kind of drawing, paint; later ones on top."""
