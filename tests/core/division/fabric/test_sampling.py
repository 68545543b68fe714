"""Points along edges."""

import numpy as np
from shapely import LineString, MultiPolygon, Point, box

from gridmap.core.division.fabric.sampling import along, line_edges, outline_edges


def test_points_along_a_segment_are_the_same_from_either_end() -> None:
    there, _ = along(np.array([[0.0, 0.0]]), np.array([[10.0, 0.0]]), np.array([3.0]))
    back, _ = along(np.array([[10.0, 0.0]]), np.array([[0.0, 0.0]]), np.array([3.0]))
    assert np.allclose(there, back[::-1])
    assert len(there) == 4


def test_outlines_have_their_inside_on_the_left() -> None:
    shapes = np.array(
        [box(0, 0, 4, 4).difference(box(1, 1, 2, 2)), MultiPolygon([box(5, 5, 6, 6)])], dtype=object
    )
    edges = outline_edges(shapes)
    twice = edges.start[:, 0] * edges.end[:, 1] - edges.start[:, 1] * edges.end[:, 0]
    assert list(np.bincount(edges.owner, twice) / 2) == [15, 1]


def test_lines_and_points_have_edges_as_far_as_they_go() -> None:
    assert list(line_edges(np.array([LineString([(0, 0), (3, 0), (3, 4)])], dtype=object)).lengths) == [3, 4]
    assert len(outline_edges(np.array([Point(0, 0)], dtype=object)).owner) == 0
