"""Is the server of a data folder alive? The pid file alone does not tell: it outlives a kill -9."""

import os
import socket
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

STATUS_LINE = 7
"""Line of ``postmaster.pid`` with the state of the server (PostgreSQL's ``pidfile.h``: LOCK_FILE_LINE_PM_STATUS)."""


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The server process, as its pid file describes it.

    Parameters
    ----------
    is_ready : whether it takes connections; False while it starts, recovers or stops.
    is_here : whether we see the process; False for one in another container that shares the folder.
    """

    pid: int
    is_ready: bool
    is_here: bool = False


def find_postmaster(data: Path, socket_file: Path) -> Postmaster | None:
    """Return the living server of a data folder, or None if there is only a stale pid file or none.

    A process counts if it is a PostgreSQL working in `data`, or if somebody listens on the socket: a server in
    another container that shares the folder is seen by its socket only.
    """
    written = _read(data / "postmaster.pid")
    if written and _works_in(written.pid, data):
        return replace(written, is_here=True)
    return written if written and _listens(socket_file) else None


def discard_stale_locks(data: Path, socket_file: Path) -> None:
    """Remove the lock files of a dead server whose number now belongs to another process, or to a zombie.

    PostgreSQL discards those of a process that is gone itself, but refuses to start while there is one of that
    number. Call it only under our own lock, and after `find_postmaster` has found nothing.
    """
    for lock in (data / "postmaster.pid", socket_file.with_name(f"{socket_file.name}.lock")):
        written = _read(lock)
        if written and Path(f"/proc/{written.pid}").exists():
            lock.unlink(missing_ok=True)


def _read(lock: Path) -> Postmaster | None:
    try:
        lines = lock.read_text().splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    is_ready = len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"
    return Postmaster(pid, is_ready)


def _works_in(pid: int, data: Path) -> bool:
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    if os.path.basename(arguments[0]) not in (b"postgres", b"postmaster"):
        return False
    with suppress(OSError):
        return Path(f"/proc/{pid}/cwd").samefile(data)
    return os.fsencode(data) in arguments


def _listens(socket_file: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(socket_file))
        except OSError:
            return False
    return True
