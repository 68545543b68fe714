"""The private cluster as the rest of gridmap uses it."""

from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

import psycopg2

from gridmap.db.embedded import server
from gridmap.db.embedded.layout import Layout
from gridmap.db.embedded.owner import Owner, owner_of
from gridmap.db.embedded.postmaster import find_postmaster
from gridmap.db.engine import translated
from gridmap.db.queries import quoted
from gridmap.errors import Unavailable


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
        self.layout = Layout(home.expanduser().resolve())
        self.durable = durable

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
        with self.layout.disk_errors():
            self.layout.make_home(owner)
            with self.layout.locked(owner) as lock:
                self.layout.make_folders(owner)
                server.create(self.layout, owner, lock=lock, durable=self.durable)
                server.start(self.layout, owner, durable=self.durable)
                self._prepare_database()
        return self.status()

    def down(self) -> ClusterStatus:
        """Stop the server: open transactions are rolled back, connections closed. Does nothing if none is running.

        Raises
        ------
        Unavailable : the server did not stop.
        Conflict : it was started elsewhere, as in another container.
        Forbidden : the home belongs to another user.
        """
        owner = self._owner()
        if self.layout.version() is not None:
            with self.layout.disk_errors(), self.layout.locked(owner):
                server.stop(self.layout, owner)
        return self.status()

    def status(self) -> ClusterStatus:
        """Return the present state; changes nothing.

        Raises
        ------
        Forbidden : the home belongs to another user.
        """
        owner = self._owner()
        version = self.layout.version()
        postmaster = find_postmaster(self.layout.data, self.layout.socket)
        if postmaster is not None:
            state = State.RUNNING if postmaster.is_ready else State.STARTING
        else:
            state = State.ABSENT if version is None else State.STOPPED
        pid = postmaster.pid if postmaster else None
        return ClusterStatus(
            state, self.layout.home, self.url(), owner.name, version=version, pid=pid, log=self.layout.log
        )

    def url(self, database: str = "gridmap") -> str:
        """Return the address of a database in the form that libpq, psql, QGIS and SQLAlchemy take."""
        return f"postgresql://{server.SUPERUSER}@/{quote(database, safe='')}?host={quote(str(self.layout.run))}&port=5432"

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

    def _owner(self) -> Owner:
        owner = owner_of(self.layout.data)
        owner.require_way_to(self.layout.home)
        return owner

    def _prepare_database(self) -> None:
        before = server.log_sizes(self.layout)
        try:
            if not self._execute("postgres", "SELECT FROM pg_database WHERE datname = 'gridmap'"):
                self._execute("postgres", "CREATE DATABASE gridmap TEMPLATE template0")
            self._execute("gridmap", "CREATE EXTENSION IF NOT EXISTS postgis")
        except Unavailable as error:
            said = str(error).encode() + b"\n" + server.logged_since(self.layout, before)
            raise server.failed(self.layout, "broke down", "正常运行", said) from error

    def _execute(self, database: str, statement: str) -> int:
        """Run one statement outside a transaction; return how many rows it found."""
        with translated(), closing(psycopg2.connect(self.url(database))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.rowcount
