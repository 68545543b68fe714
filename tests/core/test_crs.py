import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.crs import metric_crs, resolve_crs, transformer
from gridmap.core.offsets import Offset, gcj02_from_wgs84
from gridmap.errors import Invalid


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("EPSG:4547", "EPSG:4547"),
        ("epsg:4490", "EPSG:4490"),
        ("4526", "EPSG:4526"),
        ("WGS84", "EPSG:4326"),
        ("wgs-84", "EPSG:4326"),
        ("CGCS2000", "EPSG:4490"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("urn:ogc:def:crs:EPSG::4490", "EPSG:4490"),
        ("http://www.opengis.net/def/crs/EPSG/0/3826", "EPSG:3826"),
        ("GCJ-02", "gcj02"),
        ("火星坐标", "gcj02"),
        ("高德", "gcj02"),
        ("bd09", "bd09"),
        ("百度", "bd09"),
        ("EPSG:4547+yx", "EPSG:4547+yx"),
        ("gcj02+yx", "gcj02+yx"),
    ],
)
def test_spellings_resolve_to_one_name_that_resolves_to_itself(text: str, name: str) -> None:
    assert resolve_crs(text).name == name
    assert resolve_crs(name).name == name


@pytest.mark.parametrize("code", range(4490, 4555))
def test_every_system_of_cgcs2000_is_known(code: int) -> None:
    assert resolve_crs(f"EPSG:{code}").name == f"EPSG:{code}"


@pytest.mark.parametrize("text", ["EPSG:999999", "mars", "", "EPSG:", "EPSG:4979999"])
def test_an_unknown_system_is_refused_with_the_option_to_pass(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        resolve_crs(text)
    assert "--crs" in caught.value.hint.en
    assert "坐标系" in caught.value.message.zh


def test_a_geocentric_system_is_refused() -> None:
    with pytest.raises(Invalid):
        resolve_crs("EPSG:4479")


def test_east_comes_first_whatever_epsg_says() -> None:
    brought = resolve_crs("EPSG:4547").to_wgs84(np.array([[500000.0, 3375541.73]]))
    assert brought[0] == pytest.approx([114.0, 30.5], abs=1e-6)


def test_north_first_files_are_turned_round() -> None:
    brought = resolve_crs("EPSG:4547+yx").to_wgs84(np.array([[3375541.73, 500000.0]]))
    assert brought[0] == pytest.approx([114.0, 30.5], abs=1e-6)
    assert resolve_crs("EPSG:4326+yx").to_wgs84(np.array([[30.5, 114.0]]))[0].tolist() == [114.0, 30.5]


def test_a_zone_number_in_the_easting_gives_the_same_place_as_none() -> None:
    prefixed = resolve_crs("EPSG:4526").to_wgs84(np.array([[38_500_000.0, 3375541.73]]))
    plain = resolve_crs("EPSG:4547").to_wgs84(np.array([[500_000.0, 3375541.73]]))
    assert prefixed[0] == pytest.approx(plain[0], abs=1e-9)


def test_gcj02_is_taken_off() -> None:
    point = np.array([[116.4, 39.9]])
    source = resolve_crs("gcj02")
    assert source.offset is Offset.GCJ02
    assert source.to_wgs84(gcj02_from_wgs84(point))[0] == pytest.approx(point[0], abs=1e-8)


def test_old_datums_carry_a_caution() -> None:
    assert "Xian 1980" in resolve_crs("EPSG:2383").caution.en
    assert resolve_crs("EPSG:4610").caution is not None
    assert resolve_crs("EPSG:4490").caution is None


@given(st.floats(-179.9, 179.9), st.floats(-79.9, 83.9))
def test_a_metre_near_any_place_is_a_metre_in_its_metric_system(longitude: float, latitude: float) -> None:
    crs = metric_crs((longitude, latitude, longitude, latitude))
    assert crs.axis_info[0].unit_name == "metre"
    x, y = transformer("EPSG:4326", crs).transform([longitude, longitude], [latitude, latitude + 1e-5])
    assert np.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx(1.11, rel=0.01)


@pytest.mark.parametrize("bounds", [(500000.0, 3e6, 500100.0, 3.1e6), (np.nan,) * 4, (0.0, 85.0, 1.0, 86.0)])
def test_bounds_that_are_no_degrees_have_no_metric_system(bounds: tuple[float, float, float, float]) -> None:
    with pytest.raises(Invalid):
        metric_crs(bounds)
