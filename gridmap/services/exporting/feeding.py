"""An export as pieces that are asked for, made in a thread that is a few pieces ahead and ends when nobody asks on."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Event, Thread

PIECES_AHEAD = 8
SLOW_SECONDS = 60.0
"""Whoever takes no piece for so long gets none any more: an export holds a connection to the database."""
_WAIT_SECONDS = 0.2


class Abandoned(Exception):
    """Nobody takes the pieces."""


class Feed:
    """Gives what `work` hands to the function it is given, and raises what it raises; the first piece is there at once.

    `close` stops the work at its next piece.
    """

    def __init__(self, work: Callable[[Callable[[bytes], None]], object]) -> None:
        self._waiting: Queue[bytes | BaseException | None] = Queue(PIECES_AHEAD)
        self._closed = Event()
        Thread(target=self._fill, args=(work,), name="export", daemon=True).start()
        self._first = self._take()
        self._is_over = self._first is None

    def __iter__(self) -> Iterator[bytes]:
        """Return itself."""
        return self

    def __next__(self) -> bytes:
        """Return the next piece."""
        if self._first is not None:
            first, self._first = self._first, None
            return first
        piece = None if self._is_over else self._take()
        if piece is None:
            self._is_over = True
            raise StopIteration
        return piece

    def close(self) -> None:
        """Take no piece any more."""
        self._closed.set()

    def _put(self, piece: bytes | BaseException | None) -> None:
        patience = time.monotonic() + SLOW_SECONDS
        while not self._closed.is_set() and time.monotonic() < patience:
            with suppress(Full):
                return self._waiting.put(piece, timeout=_WAIT_SECONDS)
        self._closed.set()
        raise Abandoned

    def _take(self) -> bytes | None:
        while not self._closed.is_set():
            with suppress(Empty):
                piece = self._waiting.get(timeout=_WAIT_SECONDS)
                if isinstance(piece, BaseException):
                    raise piece
                return piece
        raise Abandoned

    def _fill(self, work: Callable[[Callable[[bytes], None]], object]) -> None:
        end: BaseException | None = None
        try:
            work(self._put)
        except BaseException as error:  # noqa: BLE001 (it is raised where the pieces are taken)
            end = error
        with suppress(Abandoned):
            self._put(end)
