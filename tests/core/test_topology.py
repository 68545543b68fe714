"""Faces and shared edges."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Polygon, box

from gridmap.core.topology import (
    arrange,
    dissolve,
    polygonal,
    shared_segments,
)

SQUARE = box(0, 0, 100, 100)


def cut(*lines: LineString) -> np.ndarray:
    return arrange(np.array([SQUARE.boundary, *lines], dtype=object))


def test_two_crossing_lines_make_four_faces() -> None:
    faces = cut(LineString([(50, -5), (50, 105)]), LineString([(-5, 50), (105, 50)]))
    assert sorted(shapely.area(faces)) == [2500] * 4


def test_dangling_and_repeated_lines_do_no_harm() -> None:
    dangling, across = LineString([(10, 10), (20, 20)]), LineString([(50, 0), (50, 100)])
    assert len(cut(dangling, across, across)) == 2


def test_every_border_segment_is_reported_once_with_both_its_faces() -> None:
    faces = cut(LineString([(50, 0), (50, 100)]))
    segments = shared_segments(faces)
    shared = segments.right >= 0
    assert segments.lengths()[shared].sum() == 100
    assert segments.lengths()[~shared].sum() == 400
    assert set(zip(segments.left[shared], segments.right[shared], strict=True)) == {(0, 1)}


def test_a_hole_is_shared_with_the_face_inside_it() -> None:
    faces = arrange(np.array([SQUARE.boundary, box(40, 40, 60, 60).boundary], dtype=object))
    segments = shared_segments(faces)
    assert segments.lengths()[segments.right >= 0].sum() == 80


def test_no_faces_have_no_segments() -> None:
    assert len(shared_segments(np.empty(0, dtype=object)).left) == 0


def test_dissolving_leaves_only_the_lines_between_labels() -> None:
    faces = cut(LineString([(50, 0), (50, 100)]), LineString([(0, 50), (100, 50)]))
    west = (shapely.get_x(shapely.centroid(faces)) > 50).astype(np.int64)
    joined = dissolve(faces, west, 3)
    assert [shape.area for shape in joined[:2]] == [5000, 5000]
    assert joined[2] is None


def test_faces_that_do_not_hang_together_become_a_multipolygon() -> None:
    faces = np.array([box(0, 0, 1, 1), box(5, 5, 6, 6)], dtype=object)
    assert isinstance(dissolve(faces, np.zeros(2, dtype=np.int64), 1)[0], MultiPolygon)


def test_a_bow_tie_is_repaired_and_a_flat_polygon_is_no_area() -> None:
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    flat = Polygon([(0, 0), (10, 0), (5, 0)])
    repaired = polygonal(np.array([bow_tie, flat, None], dtype=object))
    assert repaired[0].is_valid
    assert repaired[0].area == 50
    assert repaired[1] is None
    assert repaired[2] is None


coordinate = st.floats(-20, 120, allow_nan=False).map(lambda value: round(value, 2))
line = st.tuples(st.tuples(coordinate, coordinate), st.tuples(coordinate, coordinate))


@given(st.lists(line, max_size=12))
@settings(max_examples=60, deadline=None)
def test_any_lines_cut_a_square_into_faces_that_tile_it(lines: list) -> None:
    drawn = [LineString(ends).intersection(SQUARE) for ends in lines if ends[0] != ends[1]]
    faces = cut(*drawn)
    inside = faces[shapely.within(shapely.point_on_surface(faces), SQUARE)]
    union = shapely.union_all(inside)
    assert shapely.coverage_is_valid(inside)
    assert shapely.difference(SQUARE, union).area < 0.5
    assert shapely.area(inside).sum() - union.area < 1e-6
    segments = shared_segments(inside)
    assert abs(2 * segments.lengths()[segments.right >= 0].sum() + segments.lengths()[segments.right < 0].sum()
               - shapely.length(inside).sum()) < 1e-6  # fmt: skip
