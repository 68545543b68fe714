"""Voronoi lines between outlines."""

import numpy as np
import pytest
import shapely
from shapely import box

from gridmap.core.division.tessellation import Samples, along, outline_edges, sample_edges, voronoi_lines


def lines_between(*shapes: shapely.Polygon, block: shapely.Polygon, spacing: float = 1.0) -> shapely.Geometry:
    edges = outline_edges(np.array(shapes, dtype=object))
    points, owner = sample_edges(edges, np.full(len(edges.owner), spacing))
    samples = Samples(points, owner, np.zeros(len(points), dtype=np.int64))
    return shapely.union_all(voronoi_lines(samples, np.array([block], dtype=object)))


def test_the_line_between_two_houses_runs_half_way() -> None:
    line = lines_between(box(2, 2, 8, 8), box(12, 2, 18, 8), block=box(0, 0, 20, 10))
    assert line.bounds == pytest.approx((10, 0, 10, 10), abs=0.01)


def test_the_line_between_houses_that_touch_runs_along_their_wall() -> None:
    line = lines_between(box(0, 0, 10, 10), box(10, 0, 20, 10), block=box(-5, -5, 25, 15))
    west, _, east, _ = line.bounds
    assert west == pytest.approx(10, abs=0.05)
    assert east == pytest.approx(10, abs=0.05)


def test_houses_that_touch_in_part_lose_hardly_anything() -> None:
    one, two = box(0, 0, 10, 10), box(10, 3.3, 20, 17.7)
    line = lines_between(one, two, block=box(-5, -5, 25, 25))
    for house in (one, two):
        pieces = shapely.get_parts(shapely.polygonize([shapely.node(house.boundary.union(line))]))
        assert (
            max(piece.area for piece in pieces if house.contains(piece.point_on_surface()))
            > 0.95 * house.area
        )


def test_one_label_has_no_lines() -> None:
    samples = Samples(np.array([[1.0, 1.0], [2.0, 5.0]]), np.array([7, 7]), np.array([0, 0]))
    assert len(voronoi_lines(samples, np.array([box(0, 0, 9, 9)], dtype=object))) == 0


def test_no_samples_have_no_lines() -> None:
    nothing = np.empty(0, dtype=np.int64)
    blocks = np.array([box(0, 0, 1, 1)], dtype=object)
    assert len(voronoi_lines(Samples(np.empty((0, 2)), nothing, nothing), blocks)) == 0


def test_blocks_do_not_see_each_other() -> None:
    points = np.array([[2.0, 5.0], [8.0, 5.0], [11.0, 5.0], [19.0, 5.0]])
    blocks = np.array([box(0, 0, 10, 10), box(10, 0, 20, 10)], dtype=object)
    found = voronoi_lines(Samples(points, np.arange(4), np.array([0, 0, 1, 1])), blocks)
    assert [shape.bounds[0] for shape in found] == pytest.approx([5, 15])


def test_points_along_a_segment_are_the_same_from_either_end() -> None:
    there, _ = along(np.array([[0.0, 0.0]]), np.array([[10.0, 0.0]]), np.array([3.0]))
    back, _ = along(np.array([[10.0, 0.0]]), np.array([[0.0, 0.0]]), np.array([3.0]))
    assert np.allclose(there, back[::-1])
    assert len(there) == 4
