"""The private cluster against the real PostgreSQL of this machine: crashes, strangers, narrow folders."""

import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from gridmap.db.embedded import Cluster, ClusterStatus, State, binaries, owner
from gridmap.errors import Conflict, Forbidden, Invalid, Unavailable
from gridmap.settings import REPOSITORY

IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root can act as other users")
NUMBERS = count()


@pytest.fixture
def home(homes: Path) -> Iterator[Path]:
    """Folder that is not there yet, for a cluster of this test's own."""
    home = homes / f"own-{next(NUMBERS)}"
    yield home
    Cluster(home).down()


@pytest.fixture(scope="module")
def spare(homes: Path) -> Iterator[Cluster]:
    """Cluster that tests may crash and stop, if they leave it whole."""
    cluster = Cluster(homes / "spare", durable=False)
    cluster.up()
    yield cluster
    cluster.down()


def ask(cluster: Cluster, query: str, database: str = "gridmap") -> Any:
    """Run one statement; return the first value of its answer, if it has one."""
    with closing(psycopg2.connect(cluster.url(database))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]


def process_number(cluster: Cluster) -> int:
    pid = cluster.status().pid
    assert pid is not None
    return pid


def kill(pid: int) -> None:
    """Kill a process as a power cut would, and wait until it is gone."""
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{pid}/cwd").exists())


def wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def up_in_another_process(home: Path) -> "subprocess.Popen[str]":
    script = "import sys, pathlib; from gridmap.db.embedded import Cluster; print(Cluster(pathlib.Path(sys.argv[1]), durable=False).up().pid)"
    return subprocess.Popen(
        [sys.executable, "-c", script, str(home)], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
    )


def as_nobody(function: Callable[..., Any], *arguments: object) -> Any:
    """Call a function in a process of the user nobody; the interpreter itself may lie where nobody cannot read."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork"), initializer=become_nobody) as pool:
        return pool.submit(function, *arguments).result()


def become_nobody() -> None:
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)


def up_ask_and_down(home: Path) -> tuple[ClusterStatus, str, ClusterStatus]:
    cluster = Cluster(home, durable=False)
    return cluster.up(), ask(cluster, "SELECT postgis_version()"), cluster.down()


# --- creating, starting, stopping ---


def test_up_creates_a_postgis_that_is_reached_through_the_socket_only(cluster: Cluster) -> None:
    assert cluster.status().state is State.RUNNING
    assert ask(cluster, "SELECT postgis_version()")
    assert ask(cluster, "SHOW listen_addresses") == ""
    assert (
        ask(
            cluster,
            "SELECT pg_encoding_to_char(encoding) || ' ' || datcollate FROM pg_database WHERE datname = 'gridmap'",
        )
        == "UTF8 C.UTF-8"
    )
    assert cluster.layout.run.stat().st_mode & 0o777 == 0o700
    assert cluster.layout.data.stat().st_mode & 0o777 == 0o700


def test_users_get_a_cluster_that_survives_a_power_cut(home: Path) -> None:
    durable = Cluster(home)
    durable.up()
    assert [
        ask(durable, f"SHOW {name}") for name in ("fsync", "full_page_writes", "synchronous_commit", "jit")
    ] == [
        "on",
        "on",
        "on",
        "off",
    ]


def test_the_server_is_out_of_reach_of_a_ctrl_c_in_our_terminal(cluster: Cluster) -> None:
    assert os.getsid(process_number(cluster)) != os.getsid(0)


def test_up_twice_is_one_server(cluster: Cluster) -> None:
    before = process_number(cluster)
    assert cluster.up().pid == before


def test_a_home_never_used_is_absent_and_asking_creates_nothing(home: Path) -> None:
    status = Cluster(home).status()
    assert (status.state, status.pid, status.version) == (State.ABSENT, None, None)
    assert Cluster(home).down().state is State.ABSENT
    assert not home.exists()


def test_down_stops_the_server_and_up_brings_the_data_back(spare: Cluster) -> None:
    ask(spare, "CREATE TABLE kept AS SELECT 7 AS value")
    pid = process_number(spare)
    version = spare.status().version
    status = spare.down()
    assert (status.state, status.pid, status.version) == (State.STOPPED, None, version)
    assert not Path(f"/proc/{pid}/cwd").exists()
    assert spare.down().state is State.STOPPED
    spare.up()
    assert ask(spare, "SELECT value FROM kept") == 7


def test_down_ends_a_session_that_is_still_open(spare: Cluster) -> None:
    with closing(psycopg2.connect(spare.url())) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert spare.down().state is State.STOPPED
    spare.up()


def test_two_homes_side_by_side_do_not_meet(cluster: Cluster, spare: Cluster) -> None:
    ask(spare, "CREATE TABLE only_here ()")
    assert ask(spare, "SELECT to_regclass('only_here')") == "only_here"
    assert ask(cluster, "SELECT to_regclass('only_here')") is None
    assert process_number(cluster) != process_number(spare)


def test_two_processes_that_create_the_same_home_at_once_share_one_server(home: Path) -> None:
    both = [up_in_another_process(home) for _ in range(2)]
    said = [process.communicate()[0].strip() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert said[0] == said[1] == str(process_number(Cluster(home)))


# --- after a crash ---


def test_after_a_kill_9_what_was_committed_is_there(spare: Cluster) -> None:
    ask(spare, "CREATE TABLE survivor AS SELECT generate_series(1, 1000) AS value")
    pid = process_number(spare)
    kill(pid)
    assert spare.status().state is State.STOPPED
    assert spare.up().pid != pid
    assert ask(spare, "SELECT count(*) FROM survivor") == 1000


def test_after_a_kill_9_up_waits_for_a_query_that_does_not_notice(spare: Cluster) -> None:
    query = "SELECT count(*) FROM generate_series(1, 4000000) AS busy"
    with subprocess.Popen(["psql", "-Xqc", query, spare.url()], cwd="/", stdout=subprocess.DEVNULL) as client:
        busy = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%AS busy' AND state = 'active'"
        wait_until(lambda: bool(ask(spare, busy)))
        kill(process_number(spare))
        assert spare.up().state is State.RUNNING
        client.wait(5)


@pytest.fixture
def stranger(cluster: Cluster) -> Iterator[int]:
    """Process number of some other program of the account that runs the server."""
    uid = cluster.layout.data.stat().st_uid if IS_ROOT else None
    with subprocess.Popen(["/bin/sleep", "1000"], user=uid, cwd="/") as process:
        yield process.pid
        assert process.poll() is None, "the stranger was harmed"
        process.kill()


def test_a_pid_file_that_names_a_stranger_is_stale(spare: Cluster, stranger: int) -> None:
    pid_file = spare.layout.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    kill(process_number(spare))
    pid_file.write_text("\n".join([str(stranger), *lines[1:], ""]))
    assert spare.status().state is State.STOPPED
    assert spare.down().state is State.STOPPED
    assert spare.up().pid != stranger
    assert ask(spare, "SELECT 1") == 1


def test_a_server_of_another_container_is_seen_by_its_socket_and_left_alone(
    spare: Cluster, stranger: int
) -> None:
    """There its number means another process than here."""
    pid_file = spare.layout.data / "postmaster.pid"
    here = pid_file.read_text()
    pid_file.write_text("\n".join([str(stranger), *here.splitlines()[1:], ""]))
    assert spare.up().state is State.RUNNING
    with pytest.raises(Conflict, match="started elsewhere"):
        spare.down()
    pid_file.write_text(here)
    assert spare.down().state is State.STOPPED
    spare.up()


def test_a_log_of_last_week_is_removed_at_the_next_start(spare: Cluster) -> None:
    old, recent = (spare.layout.log / f"postgresql-{name}.log" for name in ("old", "recent"))
    for log, age in ((old, 7 * 86400), (recent, 6 * 86400)):
        log.write_text("")
        os.utime(log, (time.time() - age,) * 2)
    spare.down()
    spare.up()
    assert (old.exists(), recent.exists()) == (False, True)


def test_a_creation_that_was_killed_leaves_nothing_half(home: Path) -> None:
    process = up_in_another_process(home)
    wait_until((home / "data.new" / "base").exists)
    process.kill()
    process.communicate()
    cluster = Cluster(home, durable=False)
    assert cluster.status().state is State.ABSENT
    cluster.up()
    assert ask(cluster, "SELECT postgis_version()")
    assert not (home / "data.new").exists()


def test_a_server_that_cannot_start_says_why(spare: Cluster) -> None:
    configuration = spare.layout.data / "postgresql.conf"
    good = configuration.read_bytes()
    spare.down()
    configuration.write_bytes(good + b"\nno_such_setting = 1\n")
    with pytest.raises(Unavailable) as caught:
        spare.up()
    assert "no_such_setting" in caught.value.facts["tail"]
    configuration.write_bytes(good)
    spare.up()


# --- who runs it, and where ---


@needs_root
def test_root_lends_the_server_an_account(cluster: Cluster) -> None:
    owner_uid = int(subprocess.check_output(["ps", "-o", "uid=", "-p", str(process_number(cluster))]))
    assert owner_uid == pwd.getpwnam("postgres").pw_uid
    assert cluster.status().user == "postgres"


@needs_root
def test_a_normal_user_runs_a_cluster_and_root_keeps_to_that_user(home: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    started, version, stopped = as_nobody(up_ask_and_down, home / "inner")
    assert (started.state, started.user, bool(version), stopped.state) == (
        State.RUNNING,
        "nobody",
        True,
        State.STOPPED,
    )
    cluster = Cluster(home / "inner", durable=False)
    assert cluster.up().user == "nobody"
    assert Path(f"/proc/{process_number(cluster)}").stat().st_uid == nobody.pw_uid
    cluster.down()


@needs_root
def test_the_home_of_someone_else_is_refused(cluster: Cluster) -> None:
    with pytest.raises(Forbidden, match="belongs to the user postgres"):
        as_nobody(Cluster(cluster.layout.home).status)


@needs_root
def test_a_home_the_account_cannot_reach_is_refused_with_the_closed_folder(homes: Path) -> None:
    closed = homes / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(Invalid) as caught:
        Cluster(closed / "deep" / "home").up()
    assert caught.value.facts["closed"] == str(closed)
    assert "GRIDMAP_HOME=/var/lib/gridmap" in caught.value.in_language("en")
    assert "无法进入" in caught.value.in_language("zh")
    assert list(closed.iterdir()) == []
    closed.rmdir()


@needs_root
def test_root_without_an_account_to_lend_is_told_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owner, "ACCOUNT", "no-such-account")
    with pytest.raises(Unavailable, match="does not run as root"):
        Cluster(home).status()
    monkeypatch.undo()


def test_a_home_the_file_system_refuses_is_refused_with_words(homes: Path) -> None:
    file = homes / "file"
    file.write_text("")
    with pytest.raises((Unavailable, Invalid)) as caught:
        Cluster(file / "home").up()
    assert "GRIDMAP_HOME" in caught.value.in_language("zh")
    file.unlink()


@pytest.mark.parametrize("name", ["d" * 120, 'it\'s a $HOME, "网格" & co'])
def test_a_home_with_a_long_or_odd_name_works(homes: Path, name: str) -> None:
    cluster = Cluster(homes / name, durable=False)
    cluster.up()
    assert ask(cluster, "SELECT 1") == 1
    assert cluster.layout.run.parent == Path("/tmp")
    address = cluster.url()
    assert subprocess.check_output(["psql", "-XAtc", "SELECT 2", address], text=True, cwd="/") == "2\n"
    cluster.down()
    assert not cluster.layout.run.exists()
    shutil.rmtree(cluster.layout.home)


def test_a_socket_folder_laid_out_by_someone_else_is_refused(homes: Path) -> None:
    cluster = Cluster(homes / ("e" * 120))
    cluster.layout.run.mkdir(mode=0o755)
    cluster.layout.run.chmod(0o755)
    with pytest.raises(Conflict, match="should be private"):
        cluster.up()
    cluster.layout.run.rmdir()


def test_a_data_folder_with_other_files_is_left_alone(home: Path) -> None:
    (home / "data").mkdir(parents=True)
    (home / "data" / "letter.txt").write_text("dear")
    with pytest.raises(Conflict, match="holds files"):
        Cluster(home).up()
    assert (home / "data" / "letter.txt").read_text() == "dear"


# --- what is installed ---


def test_without_postgresql_the_error_is_the_line_that_installs_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "ROOTS", ())
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Unavailable) as caught:
        Cluster(home).up()
    for language in ("en", "zh"):
        assert "apt-get install postgresql-15 postgresql-15-postgis-3" in caught.value.in_language(language)
    assert Cluster(home).status().state is State.ABSENT


def installation(root: Path, version: int, *, postgis: bool) -> None:
    """Lay out what looks like an installed PostgreSQL."""
    folder = root / str(version)
    for part in ("bin", "share/extension"):
        (folder / part).mkdir(parents=True)
    for program in binaries.PROGRAMS:
        (folder / "bin" / program).write_text(
            f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}.3 (Debian)'\n"
        )
        (folder / "bin" / program).chmod(0o755)
    if postgis:
        (folder / "share" / "extension" / "postgis.control").write_text("")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder that stands for /usr/lib/postgresql; nothing else is installed.

    The versions are beyond those whose PostGIS this machine may have in /usr/share.
    """
    monkeypatch.setattr(binaries, "ROOTS", (tmp_path,))
    monkeypatch.setenv("PATH", "/nowhere")
    return tmp_path


def test_the_newest_version_with_postgis_is_taken(root: Path) -> None:
    installation(root, 97, postgis=True)
    installation(root, 98, postgis=True)
    installation(root, 99, postgis=False)
    assert binaries.find_binaries().version == 98
    assert binaries.find_binaries(version=97).version == 97


def test_without_postgis_the_line_installs_it_for_the_version_that_is_there(root: Path) -> None:
    installation(root, 99, postgis=False)
    with pytest.raises(Unavailable, match="extension PostGIS is not") as caught:
        binaries.find_binaries()
    assert caught.value.facts["install"] == "apt-get install postgresql-99 postgresql-99-postgis-3"


def test_a_postgresql_too_old_is_refused(root: Path) -> None:
    installation(root, 9, postgis=True)
    with pytest.raises(Unavailable, match="9 is too old"):
        binaries.find_binaries()


def test_programs_on_the_path_are_found(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installation(root, 98, postgis=True)
    monkeypatch.setattr(binaries, "ROOTS", ())
    monkeypatch.setenv("PATH", str(root / "98" / "bin"))
    assert binaries.find_binaries().folder == root / "98" / "bin"


def test_data_of_a_version_that_is_not_installed_is_refused(home: Path) -> None:
    (home / "data").mkdir(parents=True)
    (home / "data" / "PG_VERSION").write_text("11\n")
    with pytest.raises(Conflict) as caught:
        Cluster(home).up()
    assert caught.value.facts["install"] == "apt-get install postgresql-11 postgresql-11-postgis-3"


# --- databases ---


def test_a_database_is_copied_from_a_template_and_dropped_under_its_users(cluster: Cluster) -> None:
    cluster.create_database("模板")
    ask(cluster, "CREATE TABLE seed AS SELECT 3 AS value", "模板")
    cluster.create_database("copy", template="模板")
    assert ask(cluster, "SELECT value FROM seed", "copy") == 3
    with pytest.raises(Conflict):
        cluster.create_database("copy")
    with closing(psycopg2.connect(cluster.url("copy"))):
        cluster.drop_database("copy")
    cluster.drop_database("copy")
    cluster.drop_database("模板")
    with pytest.raises(psycopg2.OperationalError):
        ask(cluster, "SELECT 1", "copy")
