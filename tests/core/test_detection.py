from collections.abc import Callable

import numpy as np
import pytest

from gridmap.core.crs import resolve_crs, transformer
from gridmap.core.detection import detect_crs, detect_shift
from gridmap.core.offsets import bd09_from_wgs84, gcj02_from_wgs84
from gridmap.errors import Invalid

WUHAN = (114.2, 30.5, 114.4, 30.7)


def around(x: float, y: float, reach: float, number: int = 50) -> np.ndarray:
    rng = np.random.default_rng(3)
    return np.array([x, y]) + rng.uniform(-reach, reach, (number, 2))


def wuhan_in(code: str) -> np.ndarray:
    return np.column_stack(transformer("EPSG:4326", code).transform(*around(114.3, 30.6, 0.05).T))


def test_longitudes_and_latitudes_are_wgs84() -> None:
    found = detect_crs(around(24.94, 60.17, 0.05))
    assert found.crs == "EPSG:4326"
    assert found.confidence > 0.9


def test_in_china_the_reason_says_that_gcj02_cannot_be_told_apart() -> None:
    found = detect_crs(around(114.3, 30.6, 0.05))
    assert found.crs == "EPSG:4326"
    assert "gcj02" in found.why.en
    assert "gcj02" in found.why.zh
    assert found.confidence < 0.9


def test_a_few_wild_rows_do_not_hide_the_system() -> None:
    points = np.vstack([around(114.3, 30.6, 0.05), [[1e9, 1e9], [np.nan, 3.0]]])
    assert detect_crs(points).crs == "EPSG:4326"


@pytest.mark.parametrize("code", ["EPSG:4526", "EPSG:4495"])
def test_a_zone_number_in_the_easting_names_the_system(code: str) -> None:
    longitude = 114.3 if code == "EPSG:4526" else 99.3
    points = np.column_stack(transformer("EPSG:4326", code).transform(*around(longitude, 30.6, 0.05).T))
    assert detect_crs(points).crs == code


def test_x_north_and_y_east_are_noticed_where_the_zone_number_shows_them() -> None:
    assert detect_crs(wuhan_in("EPSG:4526")[:, ::-1]).crs == "EPSG:4526+yx"


def test_metres_without_a_zone_number_are_ambiguous_and_refused_with_the_candidates() -> None:
    found = detect_crs(wuhan_in("EPSG:4547"))
    assert found.crs is None
    assert {"EPSG:4534", "EPSG:4547", "EPSG:4554"} <= set(found.ambiguous)
    with pytest.raises(Invalid) as caught:
        found.require()
    assert "--crs" in caught.value.hint.en
    assert "EPSG:4534" in caught.value.hint.zh
    assert "EPSG:4547" in caught.value.facts["candidates"]


def test_a_known_place_settles_which_zone_is_meant() -> None:
    assert detect_crs(wuhan_in("EPSG:4547"), near=WUHAN).crs == "EPSG:4547"


def test_latitude_before_longitude_is_asked_about() -> None:
    found = detect_crs(around(30.6, 114.3, 0.05))
    assert found.crs is None
    assert found.ambiguous == ("EPSG:4326+yx",)


def test_swapped_numbers_that_could_be_a_place_are_noticed_beside_a_known_place() -> None:
    helsinki = (24.9, 60.1, 25.0, 60.2)
    assert detect_crs(around(60.17, 24.94, 0.01)).crs == "EPSG:4326"
    assert detect_crs(around(60.17, 24.94, 0.01), near=helsinki).ambiguous == ("EPSG:4326+yx",)


@pytest.mark.parametrize("code", ["EPSG:3414", "EPSG:3826"])
def test_national_grids_are_candidates_not_claims(code: str) -> None:
    place = (103.84, 1.35) if code == "EPSG:3414" else (121.54, 25.03)
    points = np.column_stack(transformer("EPSG:4326", code).transform(*around(*place, 0.02).T))
    found = detect_crs(points)
    assert found.crs is None
    assert code in found.ambiguous


def test_web_mercator_east_of_zone_thirteen_is_ambiguous_with_six_degree_zones() -> None:
    assert set(detect_crs(around(13_500_000.0, 3_500_000.0, 10.0)).ambiguous) == {"EPSG:4491", "EPSG:3857"}


@pytest.mark.parametrize("points", [np.empty((0, 2)), np.full((3, 2), np.nan), np.zeros((3, 2))])
def test_no_coordinates_no_claim(points: np.ndarray) -> None:
    found = detect_crs(points)
    assert found.crs is None
    with pytest.raises(Invalid):
        found.require()


def test_every_name_that_is_detected_resolves() -> None:
    for code in ("EPSG:4526", "EPSG:4547"):
        found = detect_crs(wuhan_in(code))
        for name in (found.crs, *found.ambiguous):
            assert name is None or resolve_crs(name).name == name


@pytest.mark.parametrize(
    ("shift", "name"),
    [(lambda p: p, "EPSG:4326"), (gcj02_from_wgs84, "gcj02"), (bd09_from_wgs84, "bd09")],
)
def test_reference_points_show_which_disguise_is_worn(
    shift: Callable[[np.ndarray], np.ndarray], name: str | None
) -> None:
    reference = around(116.4, 39.9, 0.02, 400)
    points = reference[::3] + np.random.default_rng(1).normal(0.0, 2e-5, (len(reference[::3]), 2))
    found = detect_shift(shift(points), reference)
    assert found.crs == name
    assert found.distances_m[name] < 10.0


def test_points_that_have_nothing_to_do_with_the_reference_give_no_claim() -> None:
    found = detect_shift(around(116.4, 39.9, 0.02), around(117.9, 39.9, 0.02))
    assert found.crs is None


def test_nothing_to_compare_gives_no_claim() -> None:
    assert detect_shift(np.empty((0, 2)), around(116.4, 39.9, 0.02)).crs is None


def test_few_points_that_a_reading_brings_nearer_may_be_chance() -> None:
    reference = around(116.4, 39.9, 0.02)
    few, enough = (detect_shift(gcj02_from_wgs84(reference[:count]), reference) for count in (5, 7))
    assert few.crs == enough.crs == "gcj02"
    assert enough.chance < 0.01 < few.chance
    assert detect_shift(reference, reference).chance == 1.0
