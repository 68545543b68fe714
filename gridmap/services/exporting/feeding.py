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


def pieces(work: Callable[[Callable[[bytes], None]], object]) -> Iterator[bytes]:
    """Yield what `work` hands to the function it is given, and raise what it raises.

    Closing the iterator stops the work at its next piece.
    """
    pipe = _Pipe()
    Thread(target=pipe.fill, args=(work,), name="export", daemon=True).start()
    try:
        while (piece := pipe.take()) is not None:
            yield piece
    finally:
        pipe.closed.set()


class _Pipe:
    """Where one thread puts pieces and another takes them; after the last comes None, or the error that ended the work."""

    def __init__(self) -> None:
        self.waiting: Queue[bytes | BaseException | None] = Queue(PIECES_AHEAD)
        self.closed = Event()

    def put(self, piece: bytes | BaseException | None) -> None:
        patience = time.monotonic() + SLOW_SECONDS
        while not self.closed.is_set() and time.monotonic() < patience:
            with suppress(Full):
                return self.waiting.put(piece, timeout=_WAIT_SECONDS)
        self.closed.set()
        raise Abandoned

    def take(self) -> bytes | None:
        while not self.closed.is_set():
            with suppress(Empty):
                piece = self.waiting.get(timeout=_WAIT_SECONDS)
                if isinstance(piece, BaseException):
                    raise piece
                return piece
        raise Abandoned

    def fill(self, work: Callable[[Callable[[bytes], None]], object]) -> None:
        end: BaseException | None = None
        try:
            work(self.put)
        except BaseException as error:  # noqa: BLE001 (it is raised where the pieces are taken)
            end = error
        with suppress(Abandoned):
            self.put(end)
