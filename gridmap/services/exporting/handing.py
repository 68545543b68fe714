"""Exports for the public that are handed over at once: as they are made, or from a file that is gone when it is closed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import BinaryIO, cast

from sqlalchemy import Engine

from gridmap.db.features import count_query
from gridmap.db.published import reading
from gridmap.errors import Invalid, Text, Unavailable
from gridmap.io.writing.files import DRAFTS
from gridmap.io.writing.formats import STREAMED
from gridmap.services.exporting.feeding import pieces
from gridmap.services.exporting.running import find_layer, find_selection, write
from gridmap.services.exporting.source import Asked

MOST_AT_ONCE = 3
"""Exports under way in one process of a server."""
MOST_IN_A_FILE = 100_000
"""Features of a format that needs a file; more are made as a job."""
PIECE = 262_144
RETRY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Handed:
    """What goes out: pieces, and how many bytes they are together; None: not known before the end."""

    pieces: Iterator[bytes]
    length: int | None


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
                return Handed(self._released(self._streamed(engine, asked, actor)), None)
            file, length = self._filed(engine, asked, actor)
            return Handed(self._released(_read(file)), length)
        except BaseException:
            self.free.release()
            raise

    def _streamed(self, engine: Engine, asked: Asked, actor: str) -> Iterator[bytes]:
        def work(hand_on: Callable[[bytes], None]) -> None:
            sink = cast("BinaryIO", _Sink(hand_on))
            write(engine, asked, sink, actor=actor, is_for_public=True)

        made = pieces(work)
        return chain([next(made)], made)

    def _filed(self, engine: Engine, asked: Asked, actor: str) -> tuple[BinaryIO, int]:
        _check_number(engine, asked, actor)
        self.folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.folder, prefix=DRAFTS) as folder:
            target = Path(folder) / asked.layer
            write(engine, asked, target, actor=actor, is_for_public=True)
            return target.open("rb"), target.stat().st_size

    def _released(self, made: Iterator[bytes]) -> Iterator[bytes]:
        return _Releasing(made, self.free)


class _Releasing:
    """Passes pieces on, and frees a place at the desk when they end or nobody takes them any more."""

    def __init__(self, made: Iterator[bytes], free: BoundedSemaphore) -> None:
        self.made = made
        self.free = free
        self.is_over = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self.made)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if not self.is_over:
            self.is_over = True
            self.free.release()

    def __del__(self) -> None:
        self.close()


class _Sink:
    def __init__(self, write: Callable[[bytes], None]) -> None:
        self.write = write


def _check_number(engine: Engine, asked: Asked, actor: str) -> None:
    collection = find_layer(asked.layer)
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


def _read(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
