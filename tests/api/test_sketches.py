"""Drawings on the pages for people."""

import re
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.api.sketches import HEIGHT, WIDTH, sketch


def feature(geometry: str, *coordinates: Any) -> dict[str, Any]:
    return {"id": 7, "geometry": {"type": geometry, "coordinates": list(coordinates)}}


def square(west: float, south: float, side: float) -> dict[str, Any]:
    east, north = west + side, south + side
    return feature("Polygon", [[west, south], [east, south], [east, north], [west, north], [west, south]])


def test_a_square_on_the_ground_is_drawn_with_north_up_and_narrower_degrees_of_longitude() -> None:
    drawn = sketch([square(116.0, 60.0, 0.01)])
    assert drawn is not None
    assert (drawn.width, drawn.height) == (192, 360)
    assert drawn.outlines[0].path == "M12.0 348.0 180.0 348.0 180.0 12.0 12.0 12.0 12.0 348.0Z"


def test_what_is_smaller_than_a_dot_is_one() -> None:
    drawn = sketch([square(116.0, 60.0, 1e-6), square(117.0, 60.0, 1e-6)])
    assert drawn is not None
    assert all(outline.path is None for outline in drawn.outlines)


@pytest.mark.parametrize("features", [[], [feature("Point", 1, 2)], [feature("Point", 1, 2)] * 2], ids=len)
def test_nothing_is_drawn_of_nothing_or_of_one_point(features: list[dict[str, Any]]) -> None:
    assert sketch(features) is None


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-89, 89)), min_size=2, max_size=5, unique=True))
def test_every_drawing_stays_in_its_room(points: list[tuple[float, float]]) -> None:
    drawn = sketch([feature("Point", *point) for point in points] + [feature("LineString", *points)])
    if drawn is None:
        return
    assert 0 < drawn.width <= WIDTH
    assert 0 < drawn.height <= HEIGHT
    for outline in drawn.outlines:
        numbers = [float(number) for number in re.findall(r"-?[0-9.]+", outline.path or "")] or outline.dot
        assert numbers is not None
        assert all(0 <= x <= WIDTH for x in numbers[::2])
        assert all(0 <= y <= HEIGHT for y in numbers[1::2])


def test_pages_show_labels_drawing_and_the_next_page(client: httpx.Client) -> None:
    page = client.get("/ogc/collections/buildings/items?f=html&lang=zh&limit=5").text
    assert page.count("<path ") == 5
    assert 'rel="next"' in page
    assert ">门牌号</th>" in page
    assert "空为未知" not in re.sub(r'title="[^"]*"', "", page)


def test_the_page_of_grids_asks_for_a_day(client: httpx.Client) -> None:
    page = client.get("/ogc/collections/grids/items?f=html&lang=zh&datetime=2026-05-03").text
    assert 'type="date" name="datetime" required value="2026-05-03"' in page
    assert "2026-05-02 00:00 UTC" in page
    assert (
        "没有符合条件的要素"
        in client.get("/ogc/collections/grids/items?f=html&lang=zh&datetime=2020-01-01").text
    )
    assert 'type="date"' not in client.get("/ogc/collections/roads/items?f=html").text


def test_the_page_of_a_feature_bears_its_name(client: httpx.Client) -> None:
    assert "<h1>东园3号楼</h1>" in client.get("/ogc/collections/buildings/items/3?f=html&lang=zh").text
    assert "<h1>单元 1</h1>" in client.get("/ogc/collections/cells/items/1?f=html&lang=zh").text
