"""Bodies of requests that are refused before they are read whole."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from gridmap.errors import Invalid, Text

LARGEST_BODY = 512 * 1024
"""Bytes; a shape of the most corners that are read takes half of it."""


class _Bounded(Request):
    """A request whose body is read up to a limit."""

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            parts, size = [], 0
            async for part in self.stream():
                size += len(part)
                if size > LARGEST_BODY:
                    raise _too_large()
                parts.append(part)
            self._body = b"".join(parts)
        return self._body


class BoundedRoute(APIRoute):
    """A route that refuses bodies beyond `LARGEST_BODY`.

    Raises
    ------
    Invalid : the body is longer.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, given requests that are read up to the limit."""
        handle = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            limited = _Bounded(request.scope, request.receive)
            await limited.body()  # outside of the handler, which would call any error a fault in JSON
            return await handle(limited)

        return bounded


def _too_large() -> Invalid:
    return Invalid(
        Text(
            en=f"The body is longer than {LARGEST_BODY // 1024} KiB.",
            zh=f"请求内容超过 {LARGEST_BODY // 1024} KiB。",
        ),
        hint=Text(en="Simplify the shape, or ask in parts.", zh="请简化图形，或分几次查询。"),
    )
