"""Which polygons hold which faces."""

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon, box

from gridmap.core.division.fabric.cover import Fences, first_holding, groups
from gridmap.core.division.fabric.faces import arrange_pieces, locate
from gridmap.core.division.fabric.noding import node, whole
from gridmap.core.division.fabric.sampling import outline_edges


def holder(polygons: list[Polygon | MultiPolygon], x: float, y: float) -> int:
    """Return the first polygon that holds a place, told without looking at the place."""
    edges = outline_edges(np.array(polygons, dtype=object))
    pieces = node(edges.ends, np.ones(len(edges.owner), dtype=bool))
    plane = arrange_pieces(pieces.ends)
    held = first_holding(plane, Fences(plane.edge_of_piece, edges.owner[pieces.origin], plane.is_forward))
    return int(np.append(held, -1)[locate(whole(np.array([[x, y]])), plane)[0]])


def test_where_two_polygons_overlap_the_first_holds() -> None:
    both = [box(0, 0, 20, 20), box(10, 0, 30, 20)]
    assert [holder(both, x, 5) for x in (5, 15, 25, 35)] == [0, 0, 1, -1]


def test_a_polygon_within_another_is_held_by_the_first_given() -> None:
    inner, outer = box(10, 10, 20, 20), box(0, 0, 30, 30)
    assert holder([outer, inner], 15, 15) == 0
    assert holder([inner, outer], 15, 15) == 0
    assert holder([inner, outer], 5, 5) == 1


def test_holes_and_parts_are_told_apart() -> None:
    ring = box(0, 0, 30, 30).difference(box(10, 10, 20, 20))
    both = MultiPolygon([ring, box(12, 12, 18, 18)])
    assert [holder([both], x, x) for x in (5, 11, 15)] == [0, -1, 0]


def test_any_polygons_hold_what_geos_says() -> None:
    rng = np.random.default_rng(7)
    hulls = [shapely.MultiPoint(rng.uniform(0, 100, (6, 2))).convex_hull for _ in range(8)]
    for x, y in rng.uniform(0, 100, (60, 2)):
        holds = np.flatnonzero(shapely.contains(np.array(hulls, dtype=object), shapely.Point(x, y)))
        assert holder(hulls, x, y) == (holds[0] if len(holds) else -1)


def test_groups_are_numbered_by_their_first_node() -> None:
    first, second = np.array([3, 1, 0]), np.array([1, 2, 4])
    assert list(groups(5, first, second, np.array([True, True, False]))) == [0, 1, 1, 1, 2]
