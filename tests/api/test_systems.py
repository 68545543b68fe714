"""Coordinate systems of answers, boxes and filters (OGC API Features Part 2)."""

from typing import Any

import httpx
import numpy as np
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from gridmap.db.systems import CRS84, SYSTEMS, zones_of

BUILDINGS = "/ogc/collections/buildings/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0"
WEST, SOUTH, EAST, NORTH = 116.4, 39.9, 116.41, 39.91
ZONES = zones_of([39])
"""The town lies in zone 39, whose middle is at 117 degrees east."""
IN_DEGREES = (CRS84.uri, f"{EPSG}/4326", f"{EPSG}/4490")


def get(client: httpx.Client, address: str, **parameters: str) -> httpx.Response:
    """Return the answer of an address that must answer."""
    answer = client.get(address, params=parameters or None)
    assert answer.status_code == 200, answer.text
    return answer


def shapes(answer: httpx.Response) -> list[BaseGeometry]:
    return [shapely.geometry.shape(feature["geometry"]) for feature in answer.json()["features"]]


def in_order_of_axes(system: str, shape: BaseGeometry) -> BaseGeometry:
    """Move a shape from longitude and latitude by PROJ, as the authority orders its axes."""
    there = Transformer.from_crs("OGC:CRS84", system.replace(f"{EPSG}/", "EPSG:"))
    return shapely.transform(shape, lambda points: np.column_stack(there.transform(*points.T)))


def box_in(system: str) -> str:
    corners = shapely.LineString([(WEST, SOUTH), (EAST, NORTH)])
    moved = corners if system == CRS84.uri else in_order_of_axes(system, corners)
    return ",".join(f"{number:.9f}" for point in moved.coords for number in point)


def test_a_collection_tells_its_systems_and_the_one_it_is_kept_in(client: httpx.Client) -> None:
    described = get(client, "/ogc/collections/buildings").json()
    everywhere = [CRS84.uri, f"{EPSG}/4326", f"{EPSG}/4490", f"{EPSG}/3857"]
    assert described["crs"] == [*everywhere, f"{EPSG}/4527", f"{EPSG}/4548"]
    assert list(ZONES) == described["crs"][4:]
    assert described["storageCrs"] == f"{EPSG}/4326"
    declared = get(client, "/ogc/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in declared


@pytest.mark.parametrize("system", [*SYSTEMS, *ZONES])
def test_features_come_in_the_system_asked_for_with_axes_as_its_authority_orders_them(
    client: httpx.Client, system: str
) -> None:
    plain = shapes(get(client, BUILDINGS, limit="50"))
    answer = get(client, BUILDINGS, limit="50", crs=system)
    assert answer.headers["content-crs"] == f"<{system}>"
    for shape, asked in zip(plain, shapes(answer), strict=True):
        expected = shape if system == CRS84.uri else in_order_of_axes(system, shape)
        assert shapely.equals_exact(asked, expected, tolerance=2e-8 if system in IN_DEGREES else 1e-3)


@pytest.mark.parametrize("system", [*SYSTEMS, *ZONES])
def test_one_feature_comes_in_the_system_asked_for(client: httpx.Client, system: str) -> None:
    [first, *_] = get(client, BUILDINGS, limit="1", crs=system).json()["features"]
    answer = get(client, f"{BUILDINGS}/{first['id']}", crs=system)
    assert answer.headers["content-crs"] == f"<{system}>"
    assert answer.json()["geometry"] == first["geometry"]


def test_without_a_system_answers_are_in_crs84(client: httpx.Client) -> None:
    answer = get(client, BUILDINGS, limit="1")
    assert answer.headers["content-crs"] == f"<{CRS84.uri}>"
    [shape] = shapes(answer)
    assert 116 < shape.centroid.x < 117


@pytest.mark.parametrize("system", [*SYSTEMS, *ZONES])
def test_boxes_are_read_in_the_order_of_the_axes(client: httpx.Client, system: str) -> None:
    asked = {"bbox": box_in(system), "bbox-crs": system}
    assert get(client, BUILDINGS, **asked).json()["numberMatched"] == 31
    low, high = box_in(system).split(",")[:2], box_in(system).split(",")[2:]
    with_heights = ",".join([*low, "-100", *high, "100"])
    assert get(client, BUILDINGS, **(asked | {"bbox": with_heights})).json()["numberMatched"] == 31


@pytest.mark.parametrize("system", ZONES)
def test_a_box_of_a_zone_is_a_rectangle_there_and_not_in_degrees(client: httpx.Client, system: str) -> None:
    """Sides of a zone turn away from the meridian: over this town by some metres, which tells boxes apart."""
    rows = get(client, BUILDINGS, limit="100", crs=system)
    there = shapes(rows)
    low = min(shape.bounds[0] for shape in there), min(shape.bounds[1] for shape in there)
    for north, east in ((50, 900), (460, 300), (505, 2300), (530, 2300), (900, 60)):
        box = shapely.box(low[0] + 20, low[1], low[0] + north, low[1] + east)
        expected = sum(shape.intersects(box) for shape in there)
        sides = ",".join(f"{side:.4f}" for side in box.bounds)
        assert (
            get(client, BUILDINGS, **{"bbox": sides, "bbox-crs": system}).json()["numberMatched"] == expected
        )
        filtered = {"filter": f"S_INTERSECTS(geometry, BBOX({sides}))", "filter-crs": system}
        assert get(client, BUILDINGS, **filtered).json()["numberMatched"] == expected


@pytest.mark.parametrize("system", [*SYSTEMS, *ZONES])
def test_filters_are_read_in_the_order_of_the_axes(client: httpx.Client, system: str) -> None:
    a, b, c, d = box_in(system).split(",")
    ring = f"POLYGON(({a} {b}, {c} {b}, {c} {d}, {a} {d}, {a} {b}))"
    for shape in (f"BBOX({a}, {b}, {c}, {d})", ring):
        asked = {"filter": f"S_INTERSECTS(geometry, {shape})", "filter-crs": system}
        assert get(client, BUILDINGS, **asked).json()["numberMatched"] == 31


def test_the_next_page_is_in_the_same_system(client: httpx.Client) -> None:
    page = get(client, BUILDINGS, limit="1", crs=f"{EPSG}/3857").json()
    [following] = [link["href"] for link in page["links"] if link["rel"] == "next"]
    assert get(client, following).headers["content-crs"] == f"<{EPSG}/3857>"


@pytest.mark.parametrize(
    "parameters",
    [
        {"crs": f"{EPSG}/4547"},
        {"crs": "EPSG:4326"},
        {"crs": ""},
        {"bbox": "0,0,1,1", "bbox-crs": f"{EPSG}/4547"},
        {"bbox-crs": "x"},
        {"bbox": "116.4,39.9,116.5,40", "bbox-crs": f"{EPSG}/4326"},
        {"bbox": "0,0,99999999,1", "bbox-crs": f"{EPSG}/3857"},
        {"bbox": "4420000,450000,4410000,460000", "bbox-crs": f"{EPSG}/4548"},
        {"bbox": "4420000,450000,4430000,39460000", "bbox-crs": f"{EPSG}/4548"},
        {"filter": "S_INTERSECTS(geometry, POINT(0 1e300))", "filter-crs": f"{EPSG}/4548"},
        {"bbox": "0,0,1e300,1", "bbox-crs": f"{EPSG}/3857"},
        {"filter": "S_INTERSECTS(geometry, POINT(116.4 39.9))", "filter-crs": f"{EPSG}/4326"},
        {"filter": "S_INTERSECTS(geometry, POINT(99999999 0))", "filter-crs": f"{EPSG}/3857"},
        {"filter": "true", "filter-crs": "x"},
    ],
    ids=str,
)
def test_another_system_or_coordinates_outside_are_refused(
    client: httpx.Client, parameters: dict[str, Any]
) -> None:
    answer = client.get(BUILDINGS, params=parameters)
    assert answer.status_code == 400
    assert answer.json()["messages"]["zh"]
