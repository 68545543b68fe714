"""Exports for the public that are handed over at once: as they are made, or from a file that is gone when it is closed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore, Lock
from typing import BinaryIO, Protocol, cast

from sqlalchemy import Engine

from gridmap.db.features import count_query
from gridmap.db.published import reading
from gridmap.errors import Invalid, Text, Unavailable
from gridmap.io.writing.files import DRAFTS
from gridmap.io.writing.formats import STREAMED
from gridmap.services.collections import find_collection
from gridmap.services.exporting.feeding import Feed
from gridmap.services.exporting.running import find_selection, write
from gridmap.services.exporting.source import Asked

MOST_AT_ONCE = 2
"""Exports under way in one process of a server, each over one connection of its pool."""
MOST_IN_A_FILE = 100_000
"""Features of a format that needs a file; more are made as a job."""
PIECE = 262_144
RETRY_SECONDS = 10


class Pieces(Protocol):
    """Pieces that can be left untaken."""

    def __next__(self) -> bytes:
        """Return the next one."""

    def close(self) -> None:
        """Take no more."""


class Handed:
    """What goes out, piece by piece. It holds a place at the desk until it is closed.

    Attributes
    ----------
    length : bytes of all pieces; None: not known before the end.
    """

    def __init__(self, pieces: Pieces, length: int | None, free: BoundedSemaphore) -> None:
        self.length = length
        self._pieces = pieces
        self._free = free
        self._lock = Lock()

    def __iter__(self) -> Iterator[bytes]:
        """Return itself."""
        return self

    def __next__(self) -> bytes:
        """Return the next piece."""
        return next(self._pieces)

    def close(self) -> None:
        """Stop what is under way, and free the place; a second time does nothing."""
        if self._lock.acquire(blocking=False):
            self._pieces.close()
            self._free.release()


class Desk:
    """Hands exports over, a few at once.

    Parameters
    ----------
    folder : where files are made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.free = BoundedSemaphore(MOST_AT_ONCE)

    def hand_over(self, engine: Engine, asked: Asked, *, actor: str) -> Handed:
        """Begin an export of what is public; the first piece is there when this returns.

        Raises
        ------
        NotFound, Invalid : no such layer or area, a wrong filter, or too many features for a format that needs a file.
        Unavailable : as many exports as may be are under way.
        """
        if not self.free.acquire(blocking=False):
            raise Unavailable(
                Text(en="Too many exports are under way.", zh="正在进行的导出过多。"),
                hint=Text(
                    en="Try again in a moment, or ask for a job: POST /api/v1/exports.",
                    zh="请稍后再试，或改用任务：POST /api/v1/exports。",
                ),
                retry_after=RETRY_SECONDS,
            )
        try:
            if asked.form in STREAMED:
                return Handed(_streamed(engine, asked, actor), None, self.free)
            file = self._filed(engine, asked, actor)
            return Handed(file, file.length, self.free)
        except BaseException:
            self.free.release()
            raise

    def _filed(self, engine: Engine, asked: Asked, actor: str) -> "_File":
        _check_number(engine, asked, actor)
        self.folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.folder, prefix=DRAFTS) as folder:
            target = Path(folder) / asked.layer
            write(engine, asked, target, actor=actor, is_for_public=True)
            return _File(target)


class _File:
    """A file that is read once, and that nobody else finds any more."""

    def __init__(self, path: Path) -> None:
        self.length = path.stat().st_size
        self._opened = path.open("rb")

    def __next__(self) -> bytes:
        if piece := self._opened.read(PIECE):
            return piece
        raise StopIteration

    def close(self) -> None:
        self._opened.close()


def _streamed(engine: Engine, asked: Asked, actor: str) -> Feed:
    def work(hand_on: Callable[[bytes], None]) -> None:
        write(engine, asked, cast("BinaryIO", _Sink(hand_on)), actor=actor, is_for_public=True)

    return Feed(work)


class _Sink:
    def __init__(self, write: Callable[[bytes], None]) -> None:
        self.write = write


def _check_number(engine: Engine, asked: Asked, actor: str) -> None:
    collection = find_collection(asked.layer)
    selection = find_selection(engine, collection, asked, actor=actor)
    with reading(engine) as connection:
        number: int = connection.execute(*count_query(collection, selection)).scalar_one()
    if number > MOST_IN_A_FILE:
        raise Invalid(
            Text(
                en=f"{number:,} features are too many to wait for in the format {asked.form}.",
                zh=f"{number:,} 个要素过多，{asked.form} 格式无法即时生成。",
            ),
            hint=Text(
                en="Ask for a job: POST /api/v1/exports; or choose an area or a filter.",
                zh="请提交任务：POST /api/v1/exports；或限定区域、筛选条件。",
            ),
        )
