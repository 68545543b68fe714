"""Serve the built web application: compressed once at build time, hashed assets kept for ever by browsers."""

import mimetypes
from pathlib import Path, PurePosixPath

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gridmap.api.answers import html

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""Named here because the machine's own table may lack them, and browsers run no module of another type."""

ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""Best first."""

OTHER_DOORS = {"api", "ogc"}
FOR_EVER = "public, max-age=31536000, immutable"


def web_application(folder: Path) -> StaticFiles:
    """Return the application that serves a build of ``web/``, or a page that says how to make one."""
    return WebApplication(directory=folder, check_dir=False)


class WebApplication(StaticFiles):
    """Static files, where an address without a file is a view of the single page."""

    async def check_config(self) -> None:
        """Let the folder be missing: a page says so, and a build made meanwhile is served at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file of the build; the page itself for addresses of views."""
        name = "index.html" if path in ("", ".") else path
        if name.split("/")[0] in OTHER_DOORS:
            raise HTTPException(404)
        try:
            return await self._best(name, scope)
        except HTTPException as error:
            if error.status_code != 404 or PurePosixPath(name).suffix not in ("", ".html"):
                raise
        return await self._view(scope)

    async def _view(self, scope: Scope) -> Response:
        try:
            return await self._best("index.html", scope)
        except HTTPException as error:
            if error.status_code != 404:
                raise
        return html(Request(scope), "no_web.html", 503, folder=self.directory)

    async def _best(self, name: str, scope: Scope) -> Response:
        """Return the smallest form of a file that the reader accepts."""
        accepted = Request(scope).headers.get("accept-encoding", "")
        for encoding, suffix in ENCODINGS.items():
            if encoding in accepted and self.lookup_path(name + suffix)[1]:
                response = await super().get_response(name + suffix, scope)
                response.headers["Content-Encoding"] = encoding
                return _labelled(response, name)
        return _labelled(await super().get_response(name, scope), name)


def _labelled(response: Response, name: str) -> Response:
    suffix = PurePosixPath(name).suffix
    media_type = MEDIA_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if response.status_code == 200:
        response.headers["Content-Type"] = media_type
    response.headers["Cache-Control"] = FOR_EVER if name.startswith("assets/") else "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    return response
