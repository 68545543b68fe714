"""What happens when an import is stopped in the middle: nothing is half done, and the next one works."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import Engine

from gridmap.core.model import Progress
from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect
from gridmap.db.migrations import migrate
from gridmap.errors import Unavailable
from tests.services.importing_town import fetch, house, take, take_town, write_layer

TABLES = ("building", "import_run", "quarantine")


def at(stage: str, act: Callable[[], None]) -> Progress:
    """Return a progress callback that acts once, when a stage begins."""
    waiting = [act]

    def progress(now: str, _done: int, _total: int) -> None:
        if now == stage and waiting:
            waiting.pop()()

    return progress


def houses(folder: Path) -> Path:
    rows = [house(f"{number}", number % 20 * 30, number // 20 * 30) for number in range(300)]
    return write_layer(folder / "houses.geojson", [*rows, {**house("x", 0, 0), "geometry": None}])


def state(engine: Engine) -> list[int]:
    return [fetch(engine, f"SELECT count(*) FROM gridmap.{table}")[0][0] for table in TABLES]


class StoppedByPerson(Exception):
    pass


def test_an_import_cancelled_by_its_caller_keeps_nothing(engine: Engine, tmp_path: Path) -> None:
    def stop() -> None:
        raise StoppedByPerson

    take_town(engine, tmp_path)
    before = state(engine)
    for stage in ("check", "store", "join"):
        with pytest.raises(StoppedByPerson):
            take(engine, "buildings", houses(tmp_path), progress=at(stage, stop))
        assert state(engine) == before
    assert take(engine, "buildings", houses(tmp_path)).taken == 300


@pytest.mark.parametrize("stage", ["store", "join"])
def test_a_connection_cut_in_the_middle_keeps_nothing(engine: Engine, tmp_path: Path, stage: str) -> None:
    def cut() -> None:
        other = sqlalchemy.create_engine(engine.url, poolclass=sqlalchemy.NullPool)
        with other.begin() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    take_town(engine, tmp_path)
    before = state(engine)
    with pytest.raises(Unavailable):
        take(engine, "buildings", houses(tmp_path), progress=at(stage, cut))
    assert state(engine) == before
    assert take(engine, "buildings", houses(tmp_path)).taken == 300


def kill_server(pid: int) -> None:
    """Kill a server with all its processes: those that answer outlive the first one by a moment."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    for process in (pid, *map(int, children)):
        os.kill(process, signal.SIGKILL)


def test_a_server_killed_in_the_middle_keeps_nothing(homes: Path, tmp_path: Path) -> None:
    cluster = Cluster(homes / "killed")
    pid = cluster.up().pid
    assert pid is not None
    migrate(cluster.url())
    engine = connect(cluster.url())
    take_town(engine, tmp_path)
    before = state(engine)
    with pytest.raises(Unavailable) as lost:
        take(engine, "buildings", houses(tmp_path), progress=at("store", lambda: kill_server(pid)))
    assert lost.value.message.zh
    cluster.up()
    assert state(engine) == before
    assert take(engine, "buildings", houses(tmp_path)).taken == 300
    engine.dispose()
    cluster.down()


def test_two_imports_of_one_file_at_once_take_it_once(engine: Engine, tmp_path: Path) -> None:
    path = houses(tmp_path)
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: take(engine, "buildings", path), range(2)))
    assert sorted(report.layers[0].inserted for report in reports) == [0, 300]
    assert state(engine) == [300, 2, 1]


def test_a_server_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    engine = connect(f"postgresql://nobody@/nothing?host={tmp_path}")
    with pytest.raises(Unavailable):
        take(engine, "buildings", houses(tmp_path))
