"""What noded segments enclose."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from shapely import Polygon, box

from gridmap.core.division.fabric.faces import Arrangement, arrange_pieces, locate
from gridmap.core.division.fabric.noding import node, whole
from gridmap.core.division.fabric.sampling import outline_edges

SEGMENTS = arrays(
    np.int64, st.tuples(st.integers(3, 30), st.just(4)), elements=st.integers(0, 60).map(lambda n: 1000 * n)
)


def arranged(segments: np.ndarray) -> Arrangement:
    return arrange_pieces(node(segments, np.ones(len(segments), dtype=bool)).ends)


def around(*shapes: Polygon) -> Arrangement:
    return arranged(outline_edges(np.array(shapes, dtype=object)).ends)


def area_at(found: Arrangement, x: float, y: float) -> float:
    face = int(locate(whole(np.array([[x, y]])), found)[0])
    return float(found.area[face]) if face >= 0 else float("nan")


@settings(max_examples=100, deadline=None)
@given(SEGMENTS)
def test_faces_are_those_of_geos(segments: np.ndarray) -> None:
    found = arranged(segments)
    lines = shapely.linestrings(found.ends.reshape(-1, 2, 2) / 1000.0)
    faces = shapely.get_parts(shapely.polygonize(lines))
    assert np.sort(found.area) == pytest.approx(np.sort(shapely.area(faces)), abs=1e-6)
    inside = shapely.point_on_surface(faces)
    deep = shapely.distance(shapely.boundary(faces), inside) > 0.005
    at = locate(whole(shapely.get_coordinates(inside).reshape(-1, 2)), found)
    assert found.area[at[deep]] == pytest.approx(shapely.area(faces[deep]), abs=1e-6)


def test_every_edge_knows_the_face_on_either_side() -> None:
    found = around(box(0, 0, 10, 10), box(10, 0, 30, 10))
    middle = (found.ends[:, 0] == 10_000) & (found.ends[:, 2] == 10_000)
    assert found.area[found.left[middle]] == [100]
    assert found.area[found.right[middle]] == [200]
    assert (np.minimum(found.left, found.right) == -1).sum() == 6


def test_an_island_is_a_hole_in_the_face_around_it() -> None:
    found = around(box(0, 0, 100, 100), box(20, 20, 40, 40), box(25, 25, 30, 30), box(60, 20, 80, 40))
    assert area_at(found, 10, 30) == area_at(found, 50, 30) == 100 * 100 - 2 * 400
    assert area_at(found, 22, 30) == 400 - 25
    assert area_at(found, 27, 27) == 25
    assert np.isnan(area_at(found, 120, 30))


def test_dangling_and_repeated_segments_bound_nothing() -> None:
    square = outline_edges(np.array([box(0, 0, 10, 10)])).ends
    loose = np.array([[10_000, 5_000, 15_000, 5_000], [2_000, 2_000, 4_000, 2_000]])
    found = arranged(np.concatenate([square, square, loose]))
    assert list(found.area) == [100]
    assert (found.left == found.right).sum() == 2


def test_nothing_has_no_faces() -> None:
    found = arranged(np.empty((0, 4), dtype=np.int64))
    assert len(found.area) == 0
    assert list(locate(np.array([[0, 0]]), found)) == [-1]


def test_corners_a_millimetre_apart_are_two_however_far_north() -> None:
    """A quadrangle with one side of a millimetre, at the northing of Helsinki."""
    helsinki = np.array([385_000_000, 6_671_000_000])
    corners = helsinki + np.array([[0, 0], [1, 0], [1000, 1000], [0, 1000]])
    plane = arrange_pieces(np.hstack([corners, np.roll(corners, -1, axis=0)]))
    assert len(plane.ends) == 4
    assert (plane.lengths > 0).all()
    assert list(plane.area) == pytest.approx([0.5005])
