"""Geometries of filters are taken in degrees, whole and valid, or refused."""

from typing import Any

import numpy as np
import pytest
import shapely

from gridmap.core.filters.shapes import read_shape
from gridmap.errors import Invalid


def as_given(points: Any) -> Any:
    return points


def shape(node: dict[str, Any], *, collections: bool = False) -> shapely.Geometry:
    return read_shape(node, as_given, collections=collections)


@pytest.mark.parametrize(
    ("sides", "meant"),
    [
        ([1, 2, 3, 4], "POLYGON((1 2, 3 2, 3 4, 1 4, 1 2))"),
        ([1, 2, -9, 3, 4, 9], "POLYGON((1 2, 3 2, 3 4, 1 4, 1 2))"),
        ([1, 2, 1, 4], "LINESTRING(1 2, 1 4)"),
        ([1, 2, 1, 2], "POINT(1 2)"),
        (
            [170, 0, -170, 1],
            "MULTIPOLYGON(((170 0, 180 0, 180 1, 170 1, 170 0)), ((-180 0, -170 0, -170 1, -180 1, -180 0)))",
        ),
    ],
)
def test_a_box_may_be_thin_or_span_the_antimeridian(sides: list[float], meant: str) -> None:
    assert shapely.equals(shape({"bbox": sides}), shapely.from_wkt(meant))


def test_rings_may_turn_either_way() -> None:
    ring = [[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]
    for turned in (ring, ring[::-1]):
        assert shape({"type": "Polygon", "coordinates": [turned]}).area == 1


def test_the_parts_of_a_collection_are_united() -> None:
    points = [{"type": "Point", "coordinates": [place, 0]} for place in (1, 2)]
    assert shape({"type": "GeometryCollection", "geometries": points}).geom_type == "MultiPoint"
    mixed = [*points, {"type": "LineString", "coordinates": [[5, 5], [6, 6]]}]
    assert (
        shape({"type": "GeometryCollection", "geometries": mixed}, collections=True).geom_type
        == "GeometryCollection"
    )
    with pytest.raises(Invalid, match="dimensions"):
        shape({"type": "GeometryCollection", "geometries": mixed})


def test_coordinates_are_brought_to_degrees_before_they_are_judged() -> None:
    def halved(points: Any) -> Any:
        return np.asarray(points) / 2

    assert read_shape(
        {"type": "Point", "coordinates": [300, 100]}, halved, collections=False
    ) == shapely.Point(150, 50)
    with pytest.raises(Invalid, match="outside"):
        read_shape({"bbox": [0, 0, 400, 100]}, halved, collections=False)


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ({"bbox": [0, 1, 1, 0]}, "south"),
        ({"bbox": [0, 0, 1]}, "four numbers"),
        ({"bbox": [0, 0, 1, "1"]}, "four numbers"),
        ({"bbox": [0, 0, 1, 91]}, "outside"),
        ({"type": "Point", "coordinates": [181, 0]}, "outside"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}, "Self-intersection"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}, "no GeoJSON"),
        ({"type": "LineString", "coordinates": [[0, 0]]}, "no GeoJSON"),
        ({"type": "Polygon", "coordinates": []}, "empty"),
        ({"type": "Circle", "coordinates": [0, 0]}, "no GeoJSON"),
    ],
)
def test_what_is_no_whole_geometry_is_refused(node: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said) as refusal:
        shape(node)
    assert refusal.value.message.zh
