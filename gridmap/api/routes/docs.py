"""A page that describes every address, made here so that it works without internet and without scripts."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse

from gridmap.api.answers import html

router = APIRouter(include_in_schema=False)
STYLE = Path(__file__).parent.parent / "pages" / "pages.css"


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """Show every address with its parameters, grouped by tag."""
    document = request.app.openapi()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append({"method": method, "path": path, **operation})
    return html(request, "docs.html", groups=groups, document=document)


@router.get("/docs/pages.css")
def style() -> FileResponse:
    """Return the style of the pages."""
    return FileResponse(STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})
