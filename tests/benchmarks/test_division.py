"""The subjects about division run, in small, where the peers are installed."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pymetis", reason="the peers are not installed: pip install -e '.[peers]'")

from benchmarks import __main__ as benchmarks_main
from benchmarks.city import Cities, Sizes
from benchmarks.division import editing, estates, families, optimum, proofs, province, redivision, speed
from benchmarks.division.proofs import Proofs
from benchmarks.division.warming import warm_up
from benchmarks.families import FAMILIES, SPEED, make_town, tower_estate
from benchmarks.layouts import layouts_of
from benchmarks.writing import Result, section
from gridmap.core.division.solve import random_state, solve
from gridmap.core.model import Band, Verdict
from gridmap.db.embedded import Cluster

SMALL = Sizes(
    side=1,
    residents=0,
    communities=2,
    estates=4,
    again=9,
    speed=4,
    instances=12,
    province=12_000,
    rounds=1,
)


@pytest.fixture(scope="module")
def cities(homes: Path) -> Iterator[Cities]:
    cluster = Cluster(homes / "benchmarks-division", durable=False)
    cluster.up()
    cities = Cities(cluster, SMALL)
    cities.prepare()
    yield cities
    cluster.down()


def test_a_division_is_timed_from_postgis_to_postgis(cities: Cities) -> None:
    lines = speed.measure(cities)
    assert [line.what.split(":")[0] for line in lines[:2]] == ["fast", "quality"]
    assert all("(0 undecided)" in line.what for line in lines[:2])


def test_optima_of_small_communities_are_proved(cities: Cities) -> None:
    lines = optimum.measure(cities)
    assert lines[0].what.endswith("mean gap to the optimum")
    assert "of 12 communities tried" in lines[3].what
    least, ours = (float(line.ours.replace(",", "")) for line in lines[4:6])
    assert 0 < least <= ours


def test_a_family_is_divided_by_ours_and_every_peer(cities: Cities, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(families, "FAMILIES", {"regular": FAMILIES["regular"]})
    lines = families.measure(cities)
    assert lines[0].what.startswith("regular: 2 communities of 2 cities")
    told = {line.what.split(":")[0] for line in lines}
    assert {"fast", "quality", "METIS ×10", "METIS + repair", "KaHIP", "GerryChain", "max-p"} <= told


def test_estates_are_told_by_mode_and_whether_a_division_is_planted(
    cities: Cities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estates, "TOWERS", range(8, 12))
    lines = estates.measure(cities)
    assert [line.what.split(", divided")[0] for line in lines] == [
        "2 tower estates, fast",
        "2 tower estates, quality",
        "2 tower estates, planted, fast",
        "2 tower estates, planted, quality",
    ]


def test_communities_are_divided_again(cities: Cities) -> None:
    lines = redivision.measure(cities)
    assert lines[0].what.startswith("9 communities, ")
    assert any(line.what.endswith("division afresh, all 9 communities") for line in lines)


def test_a_change_leaves_most_buildings_as_they_are() -> None:
    layout = layouts_of(make_town(FAMILIES["old town"], communities=1, seed=5))[0]
    changed = redivision.other_households(layout, np.random.default_rng(3)) != layout.graph.households
    assert 0 < changed.sum() < 0.1 * len(changed)


def test_edits_are_timed_as_values_and_in_the_database(
    cities: Cities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editing, "LARGE", SPEED)
    monkeypatch.setattr(editing, "EDITS", 2)
    assert len(editing.measure(cities)) == 6


def test_a_proof_of_something_else_is_not_accepted() -> None:
    warm_up()
    first, second = (tower_estate(towers=3, seed=seed) for seed in (1, 2))
    found = solve(first, str, Band(), "fast", random_state("a", 0))
    assert found.verdict is Verdict.INFEASIBLE
    checked = Proofs()
    assert checked.accepts(first, found.certificate)
    assert not checked.accepts(second, found.certificate)
    assert not checked.accepts(first, None)
    assert [one.is_accepted for one in checked.checked] == [True, False, False]


def test_every_proof_of_the_run_is_told(cities: Cities) -> None:
    cities.proofs.accepts(tower_estate(towers=3, seed=1), None)
    line = proofs.measure(cities)[-1]
    assert line.what == "all verdicts of impossibility, accepted by the checker"
    assert line.reached is False


def test_a_province_is_divided_by_a_process_of_its_own(cities: Cities) -> None:
    lines = province.measure(cities)
    assert lines[0].ours.endswith("0 undecided")
    assert lines[-1].what == "peak memory"


def test_a_subject_measured_again_replaces_what_was_kept_of_it_and_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmarks_main, "RESULTS", tmp_path / "RESULTS.md")
    monkeypatch.setattr(benchmarks_main, "KEPT", tmp_path / "results")
    for name, day in (("province", "2026-11-27"), ("families", "2026-11-28"), ("families", "2026-12-01")):
        subject = benchmarks_main.EVERY[name]
        benchmarks_main.keep(name, section(Result(subject, []), [("Date", day)]))
    results = (tmp_path / "RESULTS.md").read_text()
    assert results.index("2026-12-01") < results.index("## A province") < results.index("2026-11-27")
    assert "2026-11-28" not in results


def test_cities_of_a_province_do_not_touch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(province, "COMMUNITIES_OF_A_CITY", 2)
    one, two = (town.communities.union_all() for town in province.towns(4 * 2_400))
    assert one.distance(two) > 10_000


def test_an_unknown_subject_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["benchmarks", "nothing"])
    with pytest.raises(SystemExit, match="2"):
        benchmarks_main.main()
    assert "no such subject: nothing" in capsys.readouterr().err
