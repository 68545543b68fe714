"""The benchmarks run, in small, and write what they found."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import attach, export, tiles
from benchmarks.city import Cities, Sizes
from benchmarks.machine import describe
from benchmarks.measuring import Line, against, in_turns, within
from benchmarks.writing import Result, as_markdown, failed, section
from gridmap.db.embedded import Cluster

SMALL = Sizes(side=1, residents=2000, tiles=6, rounds=1)


@pytest.fixture(scope="module")
def cities(homes: Path) -> Iterator[Cities]:
    cluster = Cluster(homes / "benchmarks", durable=False)
    cluster.up()
    cities = Cities(cluster, SMALL)
    cities.prepare()
    cities.build()
    yield cities
    cluster.down()


@pytest.mark.parametrize("subject", [attach, export], ids=lambda it: it.TITLE)
def test_every_line_of_a_subject_is_measured(cities: Cities, subject: object) -> None:
    lines = subject.measure(cities)  # type: ignore[attr-defined]
    assert lines
    assert all(line.ours and "failed" not in line.ours for line in lines)


def test_a_stampede_makes_one_query_and_changes_are_seen(
    cities: Cities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "EDITS", 5)
    monkeypatch.setattr(tiles, "CLIENTS", 50)
    with cities.copy("settled") as engine, tiles.serving(cities.cluster.url("copy")) as port:
        stampede, fresh = tiles.alone(engine, port, tiles.tiles_of(cities))
    assert stampede.reached
    assert fresh.ours.endswith(")")


def test_the_results_tell_machine_versions_and_every_line(cities: Cities) -> None:
    line = Line("a thing", "1 s", "2 s", "2.00", "≥ 3×", reached=False)
    text = as_markdown([section(Result(tiles, [line]), describe(cities, load_before="0 0 0"))])
    assert "PostGIS" in text
    assert "| a thing | 1 s | 2 s | 2.00 | ≥ 3× | **no** |" in text


def test_a_figure_of_at_most_so_many_times_is_judged_by_ours_to_peer() -> None:
    assert against("", [3.0, 4.0, 9.0], [2.0], figure=2.0, goal="most").reached
    assert against("", [4.1], [2.0], figure=2.0, goal="most").reached is False


def test_a_figure_of_at_least_so_many_times_is_judged_by_peer_to_ours() -> None:
    assert against("", [1.0], [6.0], figure=6.0, goal="least").reached
    assert against("", [1.0], [5.9], figure=6.0, goal="least").reached is False


def test_a_line_without_figure_is_neither_reached_nor_missed() -> None:
    assert against("", [1.0], [1.0], figure=None, goal="most").reached is None
    assert within("", [1.0], None, "MB").reached is None


def test_contenders_take_turns_and_change_places() -> None:
    order: list[str] = []
    in_turns({name: lambda name=name: order.append(name) for name in "ab"}, rounds=2)  # type: ignore[misc]
    assert order == ["a", "b", "b", "a"]


def test_a_failure_is_a_line_that_is_not_reached() -> None:
    line = failed(tiles, TimeoutError("too long"))
    assert line.reached is False
    assert "TimeoutError: too long" in line.ours
