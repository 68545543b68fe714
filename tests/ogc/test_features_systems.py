"""OGC API Features Part 2: Coordinate Reference Systems by Reference, 18-058r1, annex A."""

from functools import cache
from typing import Any

import httpx
import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer
from shapely.geometry import shape

from tests.ogc.conftest import Read

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
NOWHERE = "http://www.opengis.net/def/crs/EPSG/0/999999"
ALONG_A_METRE = 1e-3


@cache
def known(uri: str) -> CRS:
    """Return a coordinate system of the outside as PROJ knows it, axes as its authority orders them."""
    authority, code = uri.split("/")[-3], uri.rsplit("/", maxsplit=1)[-1]
    return CRS.from_user_input(f"{authority}:{code}")


@cache
def transformer(uri: str) -> Transformer:
    return Transformer.from_crs(known(CRS84), known(uri))


def moved(uri: str, geometry: Any) -> Any:
    """Return a geometry of CRS84 in a system, in the order of its axes."""
    transform = transformer(uri).transform
    return shapely.transform(geometry, lambda points: np.column_stack(transform(*points.T)))


@pytest.fixture(scope="session")
def systems(collections: list[Any]) -> list[str]:
    """Names of the systems of grids; the other collections have the same."""
    assert len({tuple(item["crs"]) for item in collections}) == 1
    names: list[str] = collections[0]["crs"]
    return names


def test_01_crs_uri(systems: list[str]) -> None:
    assert {known(uri).to_authority() is not None for uri in systems} == {True}
    codes = {uri.rpartition("/")[2] for uri in systems}
    assert {"CRS84", "4326", "4490", "3857"} < codes, "and the zone the town lies in"


def test_02_default_crs_is_listed_first(collections: list[Any]) -> None:
    assert {item["crs"][0] for item in collections} == {CRS84}


def test_03_storage_crs_is_one_of_the_list(collections: list[Any]) -> None:
    for item in collections:
        assert item["storageCrs"] in item["crs"]


def test_04_crs_parameter(client: httpx.Client, filled: dict[str, Any], systems: list[str]) -> None:
    for name, page in filled.items():
        for uri in systems:
            for address in ("items", f"items/{page['features'][0]['id']}"):
                answer = client.get(f"/ogc/collections/{name}/{address}", params={"crs": uri})
                assert answer.status_code == 200
                assert answer.headers["content-crs"] == f"<{uri}>"


def test_05_crs_parameter_invalid(client: httpx.Client, filled: dict[str, Any]) -> None:
    for name, page in filled.items():
        for address in ("items", f"items/{page['features'][0]['id']}"):
            for wrong in (NOWHERE, "EPSG:4326", ""):
                answer = client.get(f"/ogc/collections/{name}/{address}", params={"crs": wrong})
                assert answer.status_code == 400


def test_06_crs_parameter_default(client: httpx.Client, filled: dict[str, Any]) -> None:
    for name, page in filled.items():
        for address in ("items", f"items/{page['features'][0]['id']}"):
            answer = client.get(f"/ogc/collections/{name}/{address}")
            assert answer.headers["content-crs"] == f"<{CRS84}>"


def test_07_crs_parameter_transform(read: Read, filled: dict[str, Any], systems: list[str]) -> None:
    for name, page in filled.items():
        for uri in systems:
            asked = read(f"/ogc/collections/{name}/items", crs=uri)
            metric = known(uri).axis_info[0].unit_name == "metre"
            for plain, feature in zip(page["features"], asked["features"], strict=True):
                expected = moved(uri, shape(plain["geometry"]))
                tolerance = ALONG_A_METRE if metric else 2e-8
                assert shapely.equals_exact(shape(feature["geometry"]), expected, tolerance=tolerance)


def test_08_bbox_crs_parameter(read: Read, filled: dict[str, Any], systems: list[str]) -> None:
    for name in filled:
        address = f"/ogc/collections/{name}/items"
        plain = read(address, bbox="116.402,39.902,116.412,39.907", limit=100)
        for uri in systems:
            [low, high] = moved(uri, shapely.linestrings([[116.402, 39.902], [116.412, 39.907]])).coords
            sides = ",".join(f"{side:.9f}" for side in (*low, *high))
            found = read(address, **{"bbox": sides, "bbox-crs": uri, "limit": 100})
            ids = {feature["id"] for feature in found["features"]}
            straight = not uri.endswith("3857") and known(uri).is_projected
            expected = {feature["id"] for feature in plain["features"]}
            assert len(ids ^ expected) <= (2 if straight else 0), "a rectangle of a zone is bent in degrees"


def test_09_bbox_crs_parameter_invalid(client: httpx.Client, filled: dict[str, Any]) -> None:
    for name in filled:
        wrong = {"bbox": "5,49,6,50", "bbox-crs": NOWHERE}
        assert client.get(f"/ogc/collections/{name}/items", params=wrong).status_code == 400


def test_10_bbox_crs_parameter_default(read: Read, filled: dict[str, Any]) -> None:
    for name in filled:
        address, sides = f"/ogc/collections/{name}/items", "116.402,39.902,116.412,39.907"
        default, named = read(address, bbox=sides), read(address, **{"bbox": sides, "bbox-crs": CRS84})
        assert default["features"] == named["features"]
