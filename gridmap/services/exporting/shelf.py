"""The folder of files made for download: found by the key of their job, deleted when it is forgotten, and never too many."""

import hashlib
import os
import shutil
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from gridmap.errors import NotFound, Text, Unavailable
from gridmap.io.writing.files import DRAFTS

MOST_BYTES = 20 * 10**9
"""Of all files together: beyond it the oldest are deleted, whose jobs may be asked for again."""
LEAST_FREE = 10**9
"""Bytes of the disk that stay free."""
STALE_SECONDS = 21_600.0
"""A draft that old was left by a process that was killed."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Files by the keys of the jobs that made them."""

    folder: Path

    def place(self, job_id: UUID) -> Path:
        """Return where the file of a job is or shall be."""
        return self.folder / str(job_id)

    def find(self, job_id: UUID) -> Path:
        """Return where the file of a job is.

        Raises
        ------
        NotFound : it was deleted.
        """
        if not self.place(job_id).is_file():
            raise NotFound(
                Text(en="The file is no longer kept.", zh="文件已不再保留。"),
                hint=Text(en="Ask for the export again.", zh="请重新提交导出。"),
            )
        return self.place(job_id)

    def make_room(self, known: Collection[UUID]) -> None:
        """Delete files of jobs that are forgotten, drafts that were left behind, and the oldest files beyond the limit.

        Raises
        ------
        Unavailable : the disk is nearly full all the same.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for draft in self.folder.glob(f"{DRAFTS}*"):
            if time.time() - draft.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(draft, ignore_errors=True)
        names = {str(key) for key in known}
        newest_first = sorted(
            (file for file in self.folder.iterdir() if file.is_file()), key=_age, reverse=True
        )
        held = 0
        for file in newest_first:
            held += file.stat().st_size
            if file.name not in names or held > MOST_BYTES:
                held -= file.stat().st_size
                file.unlink(missing_ok=True)
        self.check_room()

    def check_room(self) -> None:
        """Refuse to go on where the disk is nearly full.

        Raises
        ------
        Unavailable
        """
        if shutil.disk_usage(self.folder).free < LEAST_FREE:
            raise Unavailable(
                Text(en="The disk for exports is nearly full.", zh="存放导出文件的磁盘空间不足。"),
                hint=Text(en="Free some space, or ask for less.", zh="请清理磁盘，或缩小导出范围。"),
            )


def checksum(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _age(file: Path) -> float:
    return os.stat(file).st_mtime
