"""The household estimate: its arithmetic, its care with what is not lived in, and its sums."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.estimation import (
    DWELLING_AREA_BEIJING_M2,
    Estimate,
    EstimateParameters,
    FloorsFrom,
    apportion,
    estimate_households,
    floors_around,
)
from gridmap.errors import Invalid

UNKNOWN = float("nan")


def estimated(
    footprint: float,
    floors: float = UNKNOWN,
    *,
    use: str | None = "residential",
    height: float = UNKNOWN,
    around: float = UNKNOWN,
    parameters: EstimateParameters | None = None,
) -> Estimate:
    return estimate_households(
        footprint_m2=[footprint],
        floors=[floors],
        height_m=[height],
        uses=[use],
        neighbours_floors=[around],
        parameters=parameters,
    )


def test_a_slab_of_six_floors_holds_what_its_floor_area_says() -> None:
    """720 m² × 6 floors × 0.95 ÷ 92 m² = 44.6."""
    slab = estimated(720, 6)
    assert slab.households.tolist() == [45]
    assert slab.lowest.tolist() == [33]
    assert slab.highest.tolist() == [57]
    assert slab.floors_from.tolist() == [FloorsFrom.STATED]


def test_the_local_dwelling_area_and_vacancy_can_be_set() -> None:
    beijing = EstimateParameters(dwelling_area_m2=DWELLING_AREA_BEIJING_M2, vacancy=0.0)
    assert estimated(720, 6, parameters=beijing).households.tolist() == [round(720 * 6 / 77.64)]


@pytest.mark.parametrize(
    "use", ["school", "retail", "parking", "hospital", "office", "dormitory", "wall of china"]
)
def test_nobody_lives_in_what_is_not_for_living(use: str) -> None:
    assert estimated(900, 6, use=use).households.tolist() == [0]


def test_nobody_lives_in_a_shed_or_in_a_podium_of_unknown_use() -> None:
    assert estimated(18, 1).households.tolist() == [0]
    assert estimated(6000, 5, use=None).households.tolist() == [0]
    assert estimated(6000, 5, use="yes").households.tolist() == [0]


def test_shops_on_the_ground_floor_are_not_dwellings() -> None:
    assert estimated(920, 5, use="mixed").households.tolist() == estimated(920, 4).households.tolist()
    assert estimated(920, 1, use="mixed").households.tolist() == [0]


def test_a_house_has_one_household_and_a_row_drawn_as_one_house_has_more() -> None:
    assert estimated(140, 3, use="house").households.tolist() == [1]
    assert estimated(140, use="terrace").households.tolist() == [1]
    assert estimated(900, 2, use="terrace").households.tolist() == [6]


def test_a_small_low_building_of_unknown_use_is_a_house_and_a_high_one_is_not() -> None:
    assert estimated(140, 2, use="yes").households.tolist() == [1]
    assert estimated(140, use="").households.tolist() == [1]
    assert estimated(240, 12, use="yes").households.tolist() == [30]
    assert estimated(40, use="yes").households.tolist() == [0]


def test_a_shelter_among_towers_is_not_a_tower() -> None:
    assert estimated(140, use=None, around=25).households.tolist() == [0]
    assert estimated(140, use=None, around=2).households.tolist() == [1]
    assert estimated(140, use="house", around=25).households.tolist() == [1]
    assert estimated(400, use="apartments", around=25).floors.tolist() == [25]


@pytest.mark.parametrize(
    ("floors", "height", "around", "expected", "source"),
    [
        (8, 60, 3, 8, FloorsFrom.STATED),
        (0, 60, 3, 20, FloorsFrom.HEIGHT),
        (UNKNOWN, UNKNOWN, 5, 5, FloorsFrom.NEIGHBOURS),
        (UNKNOWN, UNKNOWN, UNKNOWN, 3, FloorsFrom.DEFAULT),
    ],
)
def test_floors_come_from_the_best_source_there_is(
    floors: float, height: float, around: float, expected: int, source: FloorsFrom
) -> None:
    found = estimated(900, floors, height=height, around=around)
    assert found.floors.tolist() == [expected]
    assert found.floors_from.tolist() == [source]


def test_no_buildings_have_no_households() -> None:
    nothing = estimate_households(
        footprint_m2=[], floors=[], height_m=[], uses=[], neighbours_floors=[], control_total=0
    )
    assert nothing.households.tolist() == []


def test_a_control_total_without_homes_is_refused() -> None:
    with pytest.raises(Invalid, match="no building here is lived in"):
        estimate_households(
            footprint_m2=[900.0],
            floors=[4.0],
            height_m=[UNKNOWN],
            uses=["school"],
            neighbours_floors=[UNKNOWN],
            control_total=100,
        )


@pytest.mark.parametrize(
    "wrong", [{"dwelling_area_m2": 0.0}, {"vacancy": 1.0}, {"vacancy": -0.1}, {"storey_m": -3.0}]
)
def test_impossible_parameters_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(Invalid):
        EstimateParameters(**wrong)


@given(
    st.lists(st.tuples(st.floats(0, 3000), st.integers(0, 40)), min_size=1, max_size=60),
    st.integers(0, 5000),
)
def test_estimates_sum_to_the_control_total_and_none_is_off_its_share_by_one(
    buildings: list[tuple[float, int]], total: int
) -> None:
    footprint, floors = (np.array(column, dtype=float) for column in zip(*buildings, strict=True))
    free = estimate_households(
        footprint_m2=footprint,
        floors=floors,
        height_m=np.full(len(floors), np.nan),
        uses=["residential"] * len(floors),
        neighbours_floors=np.full(len(floors), np.nan),
    )
    assert (free.households >= 0).all()
    assert (free.households[footprint < 30] == 0).all()
    if free.households.sum() > 0:
        shares = free.households / free.households.sum() * total
        spread = apportion(free.households, total)
        assert spread.sum() == total
        assert (np.abs(spread - shares) < 1).all()


def test_equal_remainders_are_served_in_order() -> None:
    assert apportion([1, 1, 1], 5).tolist() == [2, 2, 1]


def test_floors_around_are_the_median_of_the_neighbours_and_not_its_own() -> None:
    """Five houses 10 m apart on a line; the one in the middle has 30 floors, the last lies 1 km away."""
    points = np.array([[0.0, 0.0], [10.0, 0.0], [20.0, 0.0], [30.0, 0.0], [1000.0, 0.0]])
    around = floors_around(points, [4, UNKNOWN, 30, 6, UNKNOWN])
    assert around[:4].tolist() == [18.0, 6.0, 5.0, 17.0]
    assert np.isnan(around[4])


def test_nobody_knows_the_floors_where_none_are_known() -> None:
    assert np.isnan(floors_around(np.zeros((3, 2)), [UNKNOWN, 0, UNKNOWN])).all()


def test_private_homes_of_bishan_come_out_at_their_official_order(shared_data: Path) -> None:
    """Singapore Department of Statistics, 2022: 10,180 households in landed houses and private flats of Bishan.

    With the dwelling area of Chinese cities and two thousand buildings of unknown use it comes out about a half too high;
    a local dwelling area or a control total brings it down.
    """
    buildings = gpd.read_file(shared_data / "sg_bishan" / "buildings_with_hdb_units_DERIVED.geojson").to_crs(
        3414
    )
    units = pd.to_numeric(buildings["total_dwelling_units"], errors="coerce")
    levels = pd.to_numeric(buildings["building_levels"], errors="coerce").to_numpy()
    around = floors_around(shapely.get_coordinates(buildings.representative_point()), levels)
    private = ~(units > 0).to_numpy()
    found = estimate_households(
        footprint_m2=buildings.area.to_numpy()[private],
        floors=levels[private],
        height_m=np.full(int(private.sum()), np.nan),
        uses=buildings["building"][private].to_list(),
        neighbours_floors=around[private],
    )
    assert 0.7 < found.households.sum() / 10_180 < 1.6
