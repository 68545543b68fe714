"""Every request gets an id, is counted and timed, and told in the log if that is wanted."""

import json
import logging
import re
import secrets
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gridmap.services.metrics import request_seconds, requests_answered

HEADER = b"x-request-id"
GIVEN = re.compile(rb"[A-Za-z0-9._-]{1,64}")
"""An id that a proxy gave is kept if it looks like this."""
TILES = "/ogc/collections/{collection_id}/tiles/{matrix_set_id}/{z}/{y}/{x}"
UNKNOWN = "none"
"""Route of a request that nothing answers, so that no address that somebody makes up becomes a name in the counts."""

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Id of the request that is being worked on; empty where there is none."""

logger = logging.getLogger("gridmap.requests")


class NotedRequests:
    """Note requests around an application, as plain ASGI so that it costs a few microseconds."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, status = time.perf_counter(), 500
        identifier = _identifier(scope)
        token = request_id.set(identifier.decode())

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (HEADER, identifier)]}
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            seconds = time.perf_counter() - start
            route = _route(scope)
            requests_answered(route, scope["method"], status).inc()
            request_seconds(route).observe(seconds)
            if logger.isEnabledFor(logging.INFO):
                told = {"path": scope["path"], "status": status, "milliseconds": round(seconds * 1000, 2)}
                logger.info("%s %s", scope["method"], route, extra=told)
            request_id.reset(token)


def _identifier(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == HEADER and GIVEN.fullmatch(value):
            return bytes(value)
    return secrets.token_hex(16).encode()


def _route(scope: Scope) -> str:
    """Return the template of the address; the short way to tiles leaves none behind."""
    route = getattr(scope.get("route"), "path", None)
    return route or (TILES if scope.get("is_tile") else UNKNOWN)


class JsonLines(logging.Formatter):
    """Write a line of JSON for each record: time, level, logger, message, request, and what was added to it."""

    ADDED = ("path", "status", "milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_id.get() or None,
            **{name: getattr(record, name) for name in self.ADDED if hasattr(record, name)},
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(
            {name: value for name, value in line.items() if value is not None}, ensure_ascii=False
        )


def log_as_json(*, of_requests: bool) -> None:
    """Write the log as lines of JSON to stderr: warnings and faults, and every request if that is wanted.

    Queries are not logged, nor who asked: a query may hold where somebody lives.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    ours = logging.getLogger("gridmap")
    ours.handlers = [handler]
    ours.propagate = False
    ours.setLevel(logging.WARNING)
    logger.setLevel(logging.INFO if of_requests else logging.WARNING)
