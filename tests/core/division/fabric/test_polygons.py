"""Grids as polygons, and the order they are numbered in."""

import numpy as np
import shapely
from shapely import LineString, box

from gridmap.core.division.fabric.polygons import grid_polygons, label_points, reading_order
from gridmap.core.topology import arrange, shared_segments


def test_grids_are_read_like_a_page() -> None:
    """Four columns and two rows, given from south-west upwards."""
    points = np.array([[x, y] for y in (0.0, 100.0) for x in (0.0, 100.0, 200.0, 300.0)])
    assert list(reading_order(points)) == [4, 5, 6, 7, 0, 1, 2, 3]


def test_a_row_of_grids_is_numbered_from_the_west() -> None:
    assert list(reading_order(np.array([[500.0, 3.0], [0.0, 9.0], [250.0, 0.0]]))) == [2, 0, 1]


def test_one_grid_and_none_have_an_order_too() -> None:
    assert list(reading_order(np.array([[5.0, 5.0]]))) == [0]
    assert len(reading_order(np.empty((0, 2)))) == 0


def test_polygons_keep_only_the_lines_between_grids() -> None:
    square = box(0, 0, 90, 90).boundary
    lines = [LineString([(x, 0), (x, 90)]) for x in (30, 60)]
    faces = arrange(np.array([square, *lines], dtype=object))
    east = (label_points(faces)[:, 0] > 60).astype(np.int64)
    polygons = grid_polygons(shared_segments(faces), east, 2)
    assert [shape.area for shape in polygons] == [5400, 2700]
    assert shapely.coverage_is_valid(polygons)


def test_a_grid_around_another_has_a_hole_and_cells_left_out_have_none() -> None:
    yard, inner = box(0, 0, 90, 90), box(30, 30, 60, 60)
    faces = arrange(np.array([yard.boundary, inner.boundary, box(90, 0, 120, 90).boundary], dtype=object))
    label = np.select([shapely.area(faces) == 900, shapely.area(faces) == 2700], [1, -1], 0)
    polygons = grid_polygons(shared_segments(faces), label, 3)
    assert [shape and shape.area for shape in polygons] == [7200, 900, None]
    assert len(polygons[0].interiors) == 1
