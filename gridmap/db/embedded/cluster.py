"""The private cluster: created whole or not at all, started, stopped, and recovered after a crash."""

import fcntl
import hashlib
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

import psycopg2

from gridmap.db.embedded.binaries import Binaries, find_binaries
from gridmap.db.embedded.owner import Owner, owner_of
from gridmap.db.embedded.postmaster import Postmaster, discard_stale_locks, find_postmaster
from gridmap.db.engine import translated
from gridmap.db.queries import quoted
from gridmap.errors import Conflict, Text, Unavailable

PATIENCE = 300.0
"""Seconds to wait for a start; recovery after a crash replays what was written since the last checkpoint."""

LONGEST_SOCKET_PATH = 107
"""Bytes of a unix socket's path that the kernel takes (``sun_path`` of unix(7), without the final zero)."""

SUPERUSER = "gridmap"


class State(StrEnum):
    """Whether the cluster can be used."""

    ABSENT = "absent"  # nothing created yet
    STOPPED = "stopped"
    STARTING = "starting"  # starts, recovers or stops; not reachable yet
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """What `gridmap db status` tells.

    Parameters
    ----------
    url : address of the database ``gridmap``; it works while the state is running.
    user : account the server runs, or would run, as.
    version : major PostgreSQL version of the data folder; None while absent.
    pid : process number of the server; None unless it is alive.
    """

    state: State
    home: Path
    url: str
    user: str
    version: int | None
    pid: int | None
    log: Path


class Cluster:
    """A PostgreSQL of our own in a folder, reachable through a unix socket only.

    Parameters
    ----------
    home : the folder; ``data``, ``log``, ``run`` (the socket) and ``lock`` are made in it.
    durable : False gives up safety in a crash of the machine, not of the server, for speed; for tests only.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home.expanduser().resolve()
        self.durable = durable
        self.data = self.home / "data"
        self.log = self.home / "log"
        self.run = _socket_folder(self.home)

    def up(self) -> ClusterStatus:
        """Create the cluster if it is absent, start it if it is not running, and see to its database ``gridmap``.

        Safe to repeat, and to call from several processes at once.

        Raises
        ------
        Unavailable : PostgreSQL or PostGIS is missing, the disk is full, the folder is not writable …
        Invalid : the account that runs the server cannot reach the home.
        Forbidden : the home belongs to another user.
        Conflict : the data folder holds something else, or was made by a version that is not installed.
        """
        owner = self._owner()
        with _disk_errors(self.home):
            self._make_home(owner)
            with self._locked(owner) as lock:
                owner.give(self.log)
                owner.give(self.run)
                self._require_private(self.run, owner)
                self._create(owner, lock)
                self._start(owner)
                self._prepare_database()
        return self.status()

    def down(self) -> ClusterStatus:
        """Stop the server: open transactions are rolled back, connections closed. Does nothing if none is running.

        Raises
        ------
        Unavailable : the server did not stop.
        Forbidden : the home belongs to another user.
        """
        owner = self._owner()
        if self._postmaster() is not None:
            with _disk_errors(self.home), self._locked(owner):
                self._stop(owner)
        return self.status()

    def status(self) -> ClusterStatus:
        """Return the present state; changes nothing.

        Raises
        ------
        Forbidden : the home belongs to another user.
        """
        owner = self._owner()
        version = self._version()
        postmaster = self._postmaster()
        if postmaster is not None:
            state = State.RUNNING if postmaster.is_ready else State.STARTING
        else:
            state = State.ABSENT if version is None else State.STOPPED
        pid = postmaster.pid if postmaster else None
        return ClusterStatus(state, self.home, self.url(), owner.name, version, pid, self.log)

    def url(self, database: str = "gridmap") -> str:
        """Return the address of a database in the form that libpq, psql, QGIS and SQLAlchemy take."""
        return f"postgresql://{SUPERUSER}@/{quote(database, safe='')}?host={quote(str(self.run))}&port=5432"

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database, empty with PostGIS or as a copy of `template`, to which nobody may be connected.

        Raises
        ------
        Conflict : the name is taken, or the template is in use.
        """
        self._execute(
            "postgres", f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(template or 'template0')}"
        )
        if template is None:
            self._execute(name, "CREATE EXTENSION IF NOT EXISTS postgis")

    def drop_database(self, name: str) -> None:
        """Drop a database, closing its connections; does nothing if it does not exist."""
        self._execute("postgres", f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")

    # --- the folder ---

    def _owner(self) -> Owner:
        owner = owner_of(self.data)
        owner.require_way_to(self.home)
        return owner

    def _make_home(self, owner: Owner) -> None:
        missing = [folder for folder in (self.home, *self.home.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)  # another process may do the same
            folder.chmod(0o700 if owner.is_us else 0o755)

    @staticmethod
    def _require_private(folder: Path, owner: Owner) -> None:
        """Refuse a socket folder that someone else laid out for us, as they can under ``/tmp``."""
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid != owner.uid or found.st_mode & 0o077:
            raise Conflict(
                Text(
                    en=f"{folder} should be private to {owner.name}, but it is not.",
                    zh=f"{folder} 应当只属于用户 {owner.name},但实际并非如此。",
                ),
                hint=Text(en="Remove it and try again.", zh="请将其删除后重试。"),
                folder=str(folder),
            )

    @contextmanager
    def _locked(self, owner: Owner) -> Iterator[int]:
        """Let one process at a time create, start or stop; the kernel frees the lock of a process that dies."""
        descriptor = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            if not owner.is_us:
                os.fchown(descriptor, owner.uid, owner.gid)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)

    def _version(self) -> int | None:
        try:
            return int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None

    def _create(self, owner: Owner, lock: int) -> None:
        """Create the data folder aside and rename it when it is complete, so that no crash leaves half of one."""
        if self._version() is not None:
            return
        if self.data.exists() and any(self.data.iterdir()):
            raise Conflict(
                Text(
                    en=f"{self.data} holds files, but no PostgreSQL database.",
                    zh=f"{self.data} 中有文件,但不是 PostgreSQL 数据库。",
                ),
                hint=Text(en="Set GRIDMAP_HOME to another folder.", zh="请把 GRIDMAP_HOME 设为其他目录。"),
                folder=str(self.data),
            )
        binaries = find_binaries()
        fresh = self.home / "data.new"
        if fresh.exists():
            shutil.rmtree(fresh)
        owner.give(fresh)
        self._initialise(binaries, fresh, owner, lock)
        fresh.rename(self.data)

    def _initialise(self, binaries: Binaries, folder: Path, owner: Owner, lock: int) -> None:
        options = ["--username", SUPERUSER, "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"]
        options += ["--auth-local=trust", "--auth-host=reject", "--no-instructions"]
        if not self.durable:
            options.append("--no-sync")
        answer = owner.run([binaries.program("initdb"), "--pgdata", str(folder), *options], keep=lock)
        if answer.returncode == 0:
            defaults = Path(__file__).with_name("gridmap.conf").read_text()
            configuration = str(folder / "postgresql.conf")
            answer = owner.run(["/bin/sh", "-c", 'cat >> "$1"', "sh", configuration], text=defaults)
        if answer.returncode != 0:
            self._fail("could not be created", "建立", answer.stdout)

    # --- the server ---

    @property
    def _socket_file(self) -> Path:
        return self.run / ".s.PGSQL.5432"

    def _postmaster(self) -> Postmaster | None:
        return find_postmaster(self.data, self._socket_file)

    def _start(self, owner: Owner) -> None:
        """Start the server unless it runs, waiting for one that is starting, recovering or stopping."""
        binaries: Binaries | None = None
        deadline = time.monotonic() + PATIENCE
        while (postmaster := self._postmaster()) is None or not postmaster.is_ready:
            complaint: bytes | None = None
            if postmaster is None:
                binaries = binaries or find_binaries(version=self._version())
                discard_stale_locks(self.data, self._socket_file)
                complaint = self._launch(binaries, owner)
            if (complaint is not None and not self._may_pass(complaint)) or time.monotonic() > deadline:
                self._fail("did not start", "启动", complaint or b"")
            time.sleep(0.05)

    def _may_pass(self, complaint: bytes) -> bool:
        """Return whether a failed start is worth repeating.

        After a kill -9 the server's children need a moment to notice and leave; or someone else was faster.
        """
        return b"shared memory block" in complaint or self._postmaster() is not None

    def _launch(self, binaries: Binaries, owner: Owner) -> bytes | None:
        """Start the server; return None, or what it said when it failed."""
        options = ["-D", str(self.data), "-k", str(self.run), "-h", "", "-p", "5432"]
        if not self.durable:
            options += ["-F", "-c", "full_page_writes=off"]
        command = [binaries.program("pg_ctl"), "start", "--silent", "--wait", f"--timeout={PATIENCE:.0f}"]
        logged = self._logged()
        with tempfile.TemporaryFile() as output:
            environment = {"PGDATA": str(self.data)}  # pg_ctl would pass --pgdata through a shell unescaped
            answer = owner.run([*command, "-o", shlex.join(options)], environment=environment, output=output)
            if answer.returncode == 0:
                return None
            output.seek(0)
            return self._logged().removeprefix(logged) + output.read()

    def _logged(self) -> bytes:
        """Return what the log of the last weekday written to holds."""
        newest = max(self.log.glob("*.log"), key=lambda log: log.stat().st_mtime, default=None)
        return newest.read_bytes() if newest else b""

    def _stop(self, owner: Owner) -> None:
        postmaster = self._postmaster()
        if postmaster is None:
            return
        binaries = find_binaries(version=self._version())
        answer = owner.run(
            [binaries.program("pg_ctl"), "stop", "--silent", "--mode=fast", "--pgdata", str(self.data)]
        )
        if answer.returncode != 0 and self._postmaster() is not None:
            self._fail("did not stop", "停止", answer.stdout)
        if self.run.parent != self.home:
            with suppress(OSError):
                self.run.rmdir()

    def _fail(self, en: str, zh: str, output: bytes) -> NoReturn:
        lines = output.decode(errors="replace").strip().splitlines()
        serious = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
        said = (serious or lines or ["–"])[-1].strip()
        raise Unavailable(
            Text(
                en=f"The embedded database in {self.home} {en}: {said}",
                zh=f"{self.home} 中的内置数据库未能{zh}:{said}",
            ),
            hint=Text(en=f"Its log is in {self.log}.", zh=f"日志位于 {self.log}。"),
            home=str(self.home),
            log=str(self.log),
            tail="\n".join(lines[-20:]),
        )

    # --- databases ---

    def _prepare_database(self) -> None:
        if not self._execute("postgres", "SELECT FROM pg_database WHERE datname = 'gridmap'"):
            self._execute("postgres", "CREATE DATABASE gridmap TEMPLATE template0")
        self._execute("gridmap", "CREATE EXTENSION IF NOT EXISTS postgis")

    def _execute(self, database: str, statement: str) -> int:
        """Run one statement outside a transaction; return how many rows it found."""
        with translated(), closing(psycopg2.connect(self.url(database))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.rowcount


def _socket_folder(home: Path) -> Path:
    """Return the folder of the socket: in the home, or a short one named after it where libpq cannot take the path.

    libpq reads a comma as the end of a host.
    """
    folder = home / "run"
    fits = len(os.fsencode(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
    if fits and "," not in str(folder):
        return folder
    return Path("/tmp") / f"gridmap-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"  # noqa: S108


@contextmanager
def _disk_errors(home: Path) -> Iterator[None]:
    """Say a refusal of the file system in our words."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            Text(
                en=f"The folder of the embedded database, {home}, cannot be used: {error.strerror}.",
                zh=f"内置数据库的目录 {home} 无法使用:{error.strerror}。",
            ),
            hint=Text(
                en="Free some space or set GRIDMAP_HOME to a folder you may write to.",
                zh="请腾出磁盘空间,或把 GRIDMAP_HOME 设为可写的目录。",
            ),
            home=str(home),
            file=str(error.filename),
        ) from error
