"""Responses by their media type, which the description of the interface takes from their classes."""

from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response

from gridmap.api.documents import GEOJSON, HTML, OPENAPI_30, SCHEMA, TILE
from gridmap.api.styles import MEDIA_TYPE as STYLE

PROBLEM = "application/problem+json"
PROBLEMS = ("4XX", "5XX")

OR_PAGE: dict[int | str, Any] = {200: {"content": {HTML: {"schema": {"type": "string"}}}}}
"""What is answered with JSON is also answered with a page for people."""


class GeoJSONResponse(JSONResponse):
    """GeoJSON; text is passed on as the database wrote it."""

    media_type = GEOJSON

    def render(self, content: Any) -> bytes:
        """Return the body."""
        return content.encode() if isinstance(content, str) else super().render(content)


class SchemaResponse(JSONResponse):
    """A JSON Schema."""

    media_type = SCHEMA


class OpenAPIResponse(JSONResponse):
    """An OpenAPI 3.0 document."""

    media_type = OPENAPI_30


class StyleResponse(JSONResponse):
    """A MapLibre style."""

    media_type = STYLE


class TileResponse(Response):
    """A vector tile."""

    media_type = TILE


class DescribedApplication(FastAPI):
    """An application whose description is put right where FastAPI cannot be told.

    Errors get the media type they have. Streams of events are told of as text: the word that FastAPI has for what is in
    them comes with OpenAPI 3.2, and its document is of 3.1.
    """

    def openapi(self) -> dict[str, Any]:
        """Return the description of the interface."""
        is_new = self.openapi_schema is None
        document = super().openapi()
        if is_new:
            for operation in (each for path in document["paths"].values() for each in path.values()):
                for status in PROBLEMS:
                    [schema] = operation["responses"][status]["content"].values()
                    operation["responses"][status]["content"] = {PROBLEM: schema}
                for content in operation["responses"].get("200", {}).get("content", {}).values():
                    if content.pop("itemSchema", None):
                        content["schema"] = {"type": "string"}
        return document
