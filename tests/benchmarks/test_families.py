"""Cities that do not exist: the same every time, and as promised."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from benchmarks.families import FAMILIES, make_town, tower_estate
from benchmarks.scoring import score, slack


@pytest.mark.parametrize("name", FAMILIES)
def test_the_same_seed_makes_the_same_city(name: str) -> None:
    one, two = (make_town(FAMILIES[name], communities=2, seed=5) for _ in range(2))
    for first, second in (
        (one.communities, two.communities),
        (one.buildings, two.buildings),
        (one.lines, two.lines),
    ):
        assert first.equals(second)
    assert shapely.coverage_is_valid(one.communities.geometry.to_numpy())


def test_another_seed_makes_another_city() -> None:
    one, two = (make_town(FAMILIES["regular"], communities=2, seed=seed) for seed in (5, 6))
    assert not one.buildings.equals(two.buildings)


def test_planted_grids_are_a_division_with_every_grid_in_the_band() -> None:
    town = make_town(FAMILIES["planted"], communities=6, seed=5)
    assert town.planted is not None
    found = score(town.planted, town.communities, town.buildings, town.lines)
    assert found.in_band.all()
    assert found.faults(slack(town.communities)) == 0
    np.testing.assert_array_equal(found.households, town.planted["households"])


def test_communities_on_the_fringe_hold_500_to_650_households() -> None:
    town = make_town(FAMILIES["fringe"], communities=4, seed=5)
    points = gpd.GeoDataFrame(town.buildings[["households"]], geometry=town.buildings.representative_point())
    held = points.sjoin(town.communities, predicate="within").groupby("code")["households"].sum()
    assert held.between(500, 650).all()


def test_dirty_cities_have_crossed_outlines_copies_and_missing_counts() -> None:
    town = make_town(FAMILIES["dirty"], communities=4, seed=5)
    assert (~town.buildings.is_valid).any()
    assert town.buildings["households"].isna().any()
    assert town.lines.geometry.normalize().duplicated().any()


def test_a_river_runs_through_communities_of_the_family_it_cuts() -> None:
    town = make_town(FAMILIES["river-cut"], communities=4, seed=5)
    river = town.lines[town.lines["class"] == "river"].union_all()
    assert (
        river.intersection(town.communities.geometry.to_numpy()[0]).length > 0
    ) or town.communities.crosses(river).any()


def test_towers_of_an_estate_hold_200_to_310_households_and_half_the_cells_nobody() -> None:
    for is_planted in (False, True):
        estate = tower_estate(towers=40, seed=5, is_planted=is_planted)
        held = estate.households[estate.households > 0]
        assert len(held) == 40
        assert len(estate.households) == 80
        assert held.min() >= 200
        assert held.max() <= 310
