"""Drawn shapes are read, or refused with the place of the fault."""

from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.drawn_shapes import MOST_CORNERS, read_drawn
from gridmap.core.here import Here
from gridmap.errors import Invalid


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [list(ring) for ring in rings]}


SQUARE = [(0.0, 0.0), (3.0, 0.0), (3.0, 3.0), (0.0, 3.0), (0.0, 0.0)]


def test_rings_may_turn_either_way_have_holes_and_heights() -> None:
    hole = [(1, 1, 5), (2, 1, 5), (2, 2, 5), (1, 1, 5)]
    for ring in (SQUARE, SQUARE[::-1]):
        shape = read_drawn(polygon([(*point, 7.0) for point in ring], hole))
        assert shape.area == 8.5
        assert not shape.has_z


def test_a_shape_that_crosses_or_leaves_itself_says_where() -> None:
    with pytest.raises(Invalid) as refused:
        read_drawn(polygon([(0, 0), (2, 2), (2, 0), (0, 2), (0, 0)]))
    assert refused.value.facts["at"] == [1.0, 1.0]
    assert "crosses itself at longitude 1.000000, latitude 1.000000" in refused.value.message.en
    outside = [(5, 5), (6, 5), (6, 6), (5, 5)]
    with pytest.raises(Invalid, match="not valid at"):
        read_drawn(polygon(SQUARE, outside))


def test_as_many_corners_are_read_as_are_promised() -> None:
    round_one = shapely.Point(0, 0).buffer(1, quad_segs=MOST_CORNERS // 4 - 1)
    assert read_drawn(shapely.geometry.mapping(round_one)).equals(round_one)
    with pytest.raises(Invalid, match="corners"):
        read_drawn(shapely.geometry.mapping(shapely.Point(0, 0).buffer(1, quad_segs=MOST_CORNERS // 4 + 1)))


numbers = st.one_of(st.floats(), st.integers(), st.text(max_size=2), st.none(), st.booleans())
anything = st.recursive(numbers, lambda inner: st.lists(inner, max_size=4), max_leaves=30)


@given(kind=st.sampled_from(["Polygon", "MultiPolygon", "Feature"]), coordinates=anything)
def test_whatever_is_sent_is_a_valid_polygon_or_refused(kind: str, coordinates: Any) -> None:
    try:
        shape = read_drawn({"type": kind, "coordinates": coordinates, "geometry": coordinates})
    except Invalid:
        return
    assert shape.is_valid
    assert not shape.is_empty


@pytest.mark.parametrize(
    ("lon", "lat"), [(float("nan"), 0), (0, float("inf")), (180.1, 0), (0, -90.1), (0, float("nan"))]
)
def test_a_point_lies_in_the_world(lon: float, lat: float) -> None:
    with pytest.raises(Invalid):
        Here(lon, lat)
