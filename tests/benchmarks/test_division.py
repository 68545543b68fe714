"""The subjects about division run, in small, where the peers are installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("pymetis")

from benchmarks.city import Cities, Sizes
from benchmarks.division import families, optimum, speed
from benchmarks.families import FAMILIES
from gridmap.db.embedded import Cluster

SMALL = Sizes(side=1, residents=0, communities=1, estates=1, speed=4, instances=12, rounds=1)


@pytest.fixture(scope="module")
def cities(homes: Path) -> Iterator[Cities]:
    cluster = Cluster(homes / "benchmarks-division", durable=False)
    cluster.up()
    yield Cities(cluster, SMALL)
    cluster.down()


def test_a_division_is_timed_from_postgis_to_postgis(cities: Cities) -> None:
    lines = speed.measure(cities)
    assert [line.what.split(":")[0] for line in lines[:2]] == ["fast", "quality"]
    assert all("(0 undecided)" in line.what for line in lines[:2])


def test_optima_of_small_communities_are_proved(cities: Cities) -> None:
    assert optimum.measure(cities)[0].what.endswith("mean gap to the optimum")


def test_a_family_is_divided_by_ours_and_every_peer(cities: Cities, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(families, "FAMILIES", {"regular": FAMILIES["regular"]})
    told = {line.what.split(":")[0] for line in families.measure(cities)}
    assert {
        "regular",
        "fast",
        "quality",
        "METIS ×10",
        "METIS + repair",
        "KaHIP",
        "GerryChain",
        "max-p",
    } <= told
