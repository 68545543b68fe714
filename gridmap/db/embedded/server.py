"""Create, start and stop the server of a home. The caller holds the lock."""

import re
import shlex
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from gridmap.db.embedded.binaries import Binaries, find_binaries
from gridmap.db.embedded.layout import Layout
from gridmap.db.embedded.owner import Owner
from gridmap.db.embedded.postmaster import discard_stale_locks, find_postmaster
from gridmap.errors import Conflict, Text, Unavailable

SUPERUSER = "gridmap"

PATIENCE = 300.0
"""Seconds to wait for a start; recovery after a crash replays what was written since the last checkpoint."""

WEEK = 6.5 * 24 * 3600
"""Seconds after which a log is removed at a start; one that runs on overwrites it at midnight."""

KEPT_MEMORY = {"MALLOC_TRIM_THRESHOLD_": f"{8 << 20}", "MALLOC_MMAP_THRESHOLD_": f"{8 << 20}"}
"""What each process keeps of the memory of its last query (mallopt(3)): by default it gives back nearly all of it, and the
kernel clears every page anew for the next, a fifth of the time of a page of features."""


def create(layout: Layout, owner: Owner, *, lock: int, durable: bool) -> None:
    """Create the database files aside and rename them when they are complete, so that no crash leaves half of them.

    Parameters
    ----------
    lock : descriptor of the lock, which stays held until ``initdb`` ends, even if we are killed.

    Raises
    ------
    Conflict : the folder holds other files.
    Unavailable : PostgreSQL or PostGIS is missing, or ``initdb`` failed.
    """
    if layout.version() is not None:
        return
    _refuse_other_files(layout)
    binaries = find_binaries()
    fresh = layout.home / "data.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    owner.give(fresh)
    options = ["--username", SUPERUSER, "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"]
    options += ["--auth-local=trust", "--auth-host=reject", "--no-instructions"]
    options += [] if durable else ["--no-sync"]
    answer = owner.run([binaries.program("initdb"), "--pgdata", str(fresh), *options], keep=lock)
    if answer.returncode == 0:
        defaults = Path(__file__).with_name("gridmap.conf").read_text()
        append = ["/bin/sh", "-c", 'cat >> "$1"', "sh", str(fresh / "postgresql.conf")]
        answer = owner.run(append, text=defaults)
    if answer.returncode != 0:
        raise failed(layout, "could not be created", "建立", answer.stdout)
    fresh.rename(layout.data)


def _refuse_other_files(layout: Layout) -> None:
    if layout.data.exists() and any(layout.data.iterdir()):
        raise Conflict(
            Text(
                en=f"{layout.data} holds files, but no PostgreSQL database.",
                zh=f"{layout.data} 中有文件，但不是 PostgreSQL 数据库。",
            ),
            hint=Text(en="Set GRIDMAP_HOME to another folder.", zh="请把 GRIDMAP_HOME 设为其他目录。"),
            folder=str(layout.data),
        )


def start(layout: Layout, owner: Owner, *, durable: bool) -> None:
    """Start the server unless it runs, waiting for one that is starting, recovering or stopping.

    Raises
    ------
    Conflict : the version that made the database files is not installed.
    Unavailable : the server does not start; the message says what it said.
    """
    deadline = time.monotonic() + PATIENCE
    while (postmaster := find_postmaster(layout.data, layout.socket)) is None or not postmaster.is_ready:
        complaint = b""
        if postmaster is None:
            complaint = _launch(find_binaries(version=layout.version()), layout, owner, durable=durable)
        if time.monotonic() > deadline or (complaint and not _may_pass(complaint, layout)):
            raise failed(layout, "did not start", "启动", complaint)
        time.sleep(0.05)


def _may_pass(complaint: bytes, layout: Layout) -> bool:
    """Return whether a failed start is worth repeating.

    After a kill -9 the server's children need a moment to notice and leave; or someone else was faster.
    """
    return b"shared memory block" in complaint or find_postmaster(layout.data, layout.socket) is not None


def _launch(binaries: Binaries, layout: Layout, owner: Owner, *, durable: bool) -> bytes:
    """Start the server; return what it said if it failed, else nothing."""
    discard_stale_locks(layout.data, layout.socket)
    discard_old_logs(layout)
    options = ["-D", str(layout.data), "-k", str(layout.run), "-h", "", "-p", "5432"]
    options += [] if durable else ["-F", "-c", "full_page_writes=off"]
    command = [binaries.program("pg_ctl"), "start", "--silent", "--wait", f"--timeout={PATIENCE:.0f}"]
    environment = {
        "PGDATA": str(layout.data),
        **KEPT_MEMORY,
    }  # pg_ctl would pass --pgdata through a shell unescaped
    before = log_sizes(layout)
    with tempfile.TemporaryFile() as output:
        answer = owner.run([*command, "-o", shlex.join(options)], environment=environment, output=output)
        output.seek(0)
        said = output.read()
    return b"" if answer.returncode == 0 else logged_since(layout, before) + (said or b"pg_ctl: failed")


def stop(layout: Layout, owner: Owner) -> None:
    """Stop the server: roll back what is open, close all connections, write everything down.

    Raises
    ------
    Conflict : the server runs where we cannot reach it, as in another container.
    Unavailable : it did not stop.
    """
    postmaster = find_postmaster(layout.data, layout.socket)
    if postmaster is None:
        return
    if not postmaster.is_here:
        raise Conflict(
            Text(
                en=f"The database in {layout.home} was started elsewhere, for example in another container.",
                zh=f"{layout.home} 中的数据库是在别处启动的，例如另一个容器。",
            ),
            hint=Text(en="Stop it there.", zh="请在启动它的地方停止。"),
        )
    pg_ctl = find_binaries(version=layout.version()).program("pg_ctl")
    answer = owner.run([pg_ctl, "stop", "--silent", "--mode=fast", "--pgdata", str(layout.data)])
    if answer.returncode != 0 and find_postmaster(layout.data, layout.socket) is not None:
        raise failed(layout, "did not stop", "停止", answer.stdout)
    if layout.run.parent != layout.home:
        with suppress(OSError):
            layout.run.rmdir()


def discard_old_logs(layout: Layout) -> None:
    """Remove logs of last week, whose names the coming days will use again."""
    for log in layout.log.glob("*.log"):
        if log.stat().st_mtime < time.time() - WEEK:
            log.unlink()


def log_sizes(layout: Layout) -> dict[Path, int]:
    """Return the present size of each log in bytes."""
    return {log: log.stat().st_size for log in layout.log.glob("*.log")}


def logged_since(layout: Layout, before: dict[Path, int]) -> bytes:
    """Return what was added to the logs since their sizes were taken."""
    added = b""
    for log, size in log_sizes(layout).items():
        if size > before.get(log, 0):
            with log.open("rb") as file:
                file.seek(before.get(log, 0))
                added += file.read()
    return added


def failed(layout: Layout, en: str, zh: str, output: bytes) -> Unavailable:
    """Return the error for a program that failed, with the gravest line of what it said."""
    said = output.decode(errors="replace").strip()
    grave = re.findall(r"(?:PANIC|FATAL|error): .*", said) or said.splitlines() or ["–"]
    return Unavailable(
        Text(
            en=f"The embedded database in {layout.home} {en}: {grave[-1].strip()}.",
            zh=f"{layout.home} 中的内置数据库未能{zh}：{grave[-1].strip()}。",
        ),
        hint=Text(en=f"Its log is in {layout.log}.", zh=f"日志位于 {layout.log}。"),
        home=str(layout.home),
        log=str(layout.log),
        tail="\n".join(said.splitlines()[-20:]),
    )
