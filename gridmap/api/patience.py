"""How long a client may take to say what it wants: one that sends a letter a minute would hold its connection for ever.

And how long an answer may take when the server stops.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

SECONDS_FOR_HEAD = 15.0
SECONDS_FOR_BODY = 120.0
ENDLESS = "gridmap.endless"
"""Key of the scope of a request whose answer does not end by itself: it is broken off when the server stops."""


class PatientProtocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it; a connection whose request does not arrive in time is closed."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the head of the first request."""
        super().connection_made(transport)
        self._wait(SECONDS_FOR_HEAD)

    def on_message_begin(self) -> None:
        """Wait for the head of this request."""
        self._wait(SECONDS_FOR_HEAD)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Wait for the body."""
        self._wait(SECONDS_FOR_BODY)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait no longer: everything is here."""
        self._stop_waiting()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing."""
        self._stop_waiting()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Finish what is under way; what would go on for ever ends now."""
        super().shutdown()
        if self.scope and self.scope.get(ENDLESS):
            self.transport.close()

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        loop: Any = self.loop
        self._deadline = loop.call_later(seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
