"""Which buildings get a cell of their own."""

import geopandas as gpd
import numpy as np
from shapely import Point, box

from gridmap.core.division.carriers import read_carriers
from gridmap.core.division.fabric.seeds import Seeds, choose_seeds
from gridmap.core.division.findings import FindingKind, Ledger


def table(shapes: list, **columns: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:32650")


LAND = np.array([box(0, 0, 500, 500)], dtype=object)


def seeds_of(shapes: list, households: list) -> tuple[Seeds, set[FindingKind]]:
    ledger = Ledger()
    carriers, _ = read_carriers(table(shapes, households=households), LAND, ledger, is_whole=False)
    return choose_seeds(carriers, ledger, most_households=500), {one.kind for one in ledger.of(0)}


def test_homes_and_large_buildings_get_cells_and_sheds_do_not() -> None:
    seeds, _ = seeds_of([box(0, 0, 10, 10), box(50, 0, 60, 10), box(100, 0, 150, 50)], [8, 0, 0])
    assert list(seeds.carrier) == [0, 2]
    assert list(seeds.has_households) == [True, False]


def test_a_building_of_unknown_count_gets_a_cell() -> None:
    assert list(seeds_of([box(0, 0, 10, 10)], [None])[0].carrier) == [0]


def test_a_podium_is_set_aside_and_its_towers_stay_apart() -> None:
    towers = [box(10, 10, 30, 30), box(60, 10, 80, 30)]
    seeds, kinds = seeds_of([box(0, 0, 100, 40), *towers], [0, 400, 400])
    assert list(seeds.carrier) == [1, 2]
    assert seeds.group[0] != seeds.group[1]
    assert kinds == {FindingKind.PODIUM}


def test_a_podium_with_homes_does_not_join_towers_that_together_pass_the_band() -> None:
    towers = [box(10, 10, 30, 30), box(60, 10, 80, 30)]
    seeds, _ = seeds_of([box(0, 0, 100, 40), *towers], [10, 400, 400])
    assert seeds.group[1] != seeds.group[2]


def test_of_a_chain_of_overlaps_the_strongest_are_joined_first() -> None:
    chain = [box(0, 0, 20, 20), box(18, 0, 38, 20), box(22, 0, 42, 20)]
    seeds, _ = seeds_of(chain, [200, 200, 200])
    assert seeds.group[0] != seeds.group[1] == seeds.group[2]


def test_overlapping_buildings_share_a_cell() -> None:
    seeds, kinds = seeds_of([box(0, 0, 20, 20), box(15, 0, 40, 20)], [50, 60])
    assert len(set(seeds.group)) == 1
    assert kinds == {FindingKind.OVERLAPPING}


def test_touching_buildings_keep_their_own_cells() -> None:
    seeds, kinds = seeds_of([box(0, 0, 20, 20), box(20, 0, 40, 20)], [50, 60])
    assert len(set(seeds.group)) == 2
    assert not kinds


def test_points_at_one_place_share_a_cell() -> None:
    seeds, _ = seeds_of([Point(5, 5), Point(5, 5), Point(50, 5)], [1, 2, 3])
    assert len(set(seeds.group)) == 2


def test_no_buildings_have_no_seeds() -> None:
    assert len(seeds_of([], [])[0].shapes) == 0
