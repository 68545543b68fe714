"""Faces gathered into cells."""

import numpy as np
import shapely
from shapely import box

from gridmap.core.division.carriers import Carriers
from gridmap.core.division.pieces import Cells, gather
from gridmap.core.topology import shared_segments


def gathered(faces: list[shapely.Polygon], label: list[int], points: dict[tuple[float, float], int]) -> Cells:
    shapes = np.array(faces, dtype=object)
    at = np.array([shapely.Point(place) for place in points] or np.empty(0), dtype=object)
    households = np.array(list(points.values()), dtype=np.int64)
    nothing = np.zeros(len(at), dtype=np.int64)
    carriers = Carriers(
        at, at, households, nothing == 0, nothing, nothing.astype(object), nothing.astype(object)
    )
    community = np.zeros(len(faces), dtype=np.int64)
    return gather(shapes, np.array(label), community, shared_segments(shapes), carriers)


ROW = [box(20 * nth, 0, 20 * nth + 20, 20) for nth in range(4)]


def test_faces_of_one_label_are_one_cell() -> None:
    found = gathered(ROW, [0, 0, 1, 1], {(5, 5): 3, (70, 5): 4})
    assert list(found.cell_of_face) == [0, 0, 1, 1]
    assert list(found.households) == [3, 4]
    assert list(found.cell_of_carrier) == [0, 1]


def test_a_large_piece_apart_becomes_an_empty_cell() -> None:
    found = gathered(ROW, [0, 1, 1, 0], {(5, 5): 3})
    assert len(set(found.cell_of_face)) == 3
    assert sorted(found.households) == [0, 0, 3]


def test_a_crumb_joins_the_longest_neighbour() -> None:
    crumb = [
        box(0, 0, 20, 20),
        box(20, 0, 40, 20),
        box(40, 0, 44, 20),
        box(44, 0, 60, 20),
        box(40, 20, 44, 24),
    ]
    found = gathered(crumb, [0, 1, 0, 2, 0], {(5, 5): 3, (30, 5): 1, (50, 5): 1})
    assert found.cell_of_face[2] in {found.cell_of_face[1], found.cell_of_face[3]}
    assert found.cell_of_face[4] == found.cell_of_face[2]
    assert len(found.households) == 3


def test_a_piece_apart_with_households_is_a_cell_however_small() -> None:
    faces = [box(0, 0, 20, 20), box(20, 0, 40, 20), box(40, 0, 44, 20)]
    found = gathered(faces, [0, 1, 0], {(5, 5): 3, (42, 5): 2})
    assert sorted(found.households) == [0, 2, 3]


def test_a_point_on_a_border_is_in_one_cell_only() -> None:
    found = gathered(ROW, [0, 1, 2, 3], {(20, 5): 3})
    assert found.households.sum() == 3


def test_a_point_a_hair_outside_is_in_the_nearest_face() -> None:
    assert gathered(ROW, [0, 1, 2, 3], {(85, 5): 3}).households[3] == 3
