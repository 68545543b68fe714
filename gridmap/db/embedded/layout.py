"""Where everything of a private cluster lies, and who may enter."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gridmap.db.embedded.owner import Owner
from gridmap.errors import Conflict, Text, Unavailable

LONGEST_SOCKET_PATH = 107
"""Bytes of a unix socket's path that the kernel takes (``sun_path`` of unix(7), without the final zero)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of one home: ``data``, ``log``, ``run`` (the socket), and the file ``lock``."""

    home: Path

    @property
    def data(self) -> Path:
        """Folder of the database files."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """Folder of the server's log, a file for each day of the week."""
        return self.home / "log"

    @property
    def run(self) -> Path:
        """Folder of the socket: in the home, or a short one named after it where libpq cannot take the path.

        libpq reads a comma as the end of a host.
        """
        folder = self.home / "run"
        fits = len(os.fsencode(folder / self.socket_name)) <= LONGEST_SOCKET_PATH
        if fits and "," not in str(folder):
            return folder
        return Path("/tmp") / f"gridmap-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]}"  # noqa: S108

    @property
    def socket_name(self) -> str:
        """Name that PostgreSQL gives the socket of port 5432."""
        return ".s.PGSQL.5432"

    @property
    def socket(self) -> Path:
        """The socket itself."""
        return self.run / self.socket_name

    def version(self) -> int | None:
        """Return the major version the database files belong to; None if there are none."""
        try:
            return int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None

    def make_home(self, owner: Owner) -> None:
        """Create the home if it is absent: private to us, or open to pass through where someone else runs the server."""
        missing = [folder for folder in (self.home, *self.home.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)  # another process may do the same
            folder.chmod(0o700 if owner.is_us else 0o755)

    def make_folders(self, owner: Owner) -> None:
        """Create the folders of log and socket, private to the owner.

        Raises
        ------
        Conflict : someone else laid out the socket's folder for us, as they can under ``/tmp``.
        """
        owner.give(self.log)
        owner.give(self.run)
        found = self.run.lstat()
        if self.run.is_symlink() or found.st_uid != owner.uid or found.st_mode & 0o077:
            raise Conflict(
                Text(
                    en=f"{self.run} should be private to {owner.name}, but it is not.",
                    zh=f"{self.run} 应当只属于用户 {owner.name}，但实际并非如此。",
                ),
                hint=Text(en="Remove it and try again.", zh="请将其删除后重试。"),
                folder=str(self.run),
            )

    @contextmanager
    def locked(self, owner: Owner) -> Iterator[int]:
        """Let one process at a time create, start or stop; the kernel frees the lock of a process that dies.

        Yields the descriptor of the lock.
        """
        descriptor = self._open_lock(owner)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)

    def _open_lock(self, owner: Owner) -> int:
        file, flags = self.home / "lock", os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(file, flags | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return os.open(file, flags)
        if not owner.is_us:
            os.fchown(descriptor, owner.uid, owner.gid)
        return descriptor

    @contextmanager
    def disk_errors(self) -> Iterator[None]:
        """Say a refusal of the file system in our words."""
        try:
            yield
        except OSError as error:
            raise Unavailable(
                Text(
                    en=f"The folder of the embedded database, {self.home}, cannot be used: {error.strerror}.",
                    zh=f"内置数据库的目录 {self.home} 无法使用：{error.strerror}。",
                ),
                hint=Text(
                    en="Free some space or set GRIDMAP_HOME to a folder you may write to.",
                    zh="请腾出磁盘空间，或把 GRIDMAP_HOME 设为可写的目录。",
                ),
                home=str(self.home),
                file=str(error.filename),
            ) from error
