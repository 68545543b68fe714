"""Faces gathered into cells."""

import numpy as np
import shapely
from shapely import box

from gridmap.core.division.fabric.pieces import Cells, Faces, gather
from gridmap.core.topology import shared_segments


def gathered(faces: list[shapely.Polygon], label: list[int], households: list[int]) -> Cells:
    """Gather faces; the households are those of a building in each face, 0 where there is none."""
    shapes = np.array(faces, dtype=object)
    borders = shared_segments(shapes)
    nothing = np.zeros(len(faces), dtype=np.int64)
    told = Faces(
        np.array(label), nothing, shapely.area(shapes), borders.left, borders.right, borders.lengths()
    )
    held = np.array(households)
    return gather(told, np.flatnonzero(held), held[held > 0])


ROW = [box(20 * nth, 0, 20 * nth + 20, 20) for nth in range(4)]


def test_faces_of_one_label_are_one_cell() -> None:
    found = gathered(ROW, [0, 0, 1, 1], [3, 0, 0, 4])
    assert list(found.cell_of_face) == [0, 0, 1, 1]
    assert list(found.households) == [3, 4]


def test_a_large_piece_apart_becomes_an_empty_cell() -> None:
    found = gathered(ROW, [0, 1, 1, 0], [3, 0, 0, 0])
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
    found = gathered(crumb, [0, 1, 0, 2, 0], [3, 1, 0, 1, 0])
    assert found.cell_of_face[2] in {found.cell_of_face[1], found.cell_of_face[3]}
    assert found.cell_of_face[4] == found.cell_of_face[2]
    assert len(found.households) == 3


def test_a_piece_apart_with_households_is_a_cell_however_small() -> None:
    faces = [box(0, 0, 20, 20), box(20, 0, 40, 20), box(40, 0, 44, 20)]
    found = gathered(faces, [0, 1, 0], [3, 0, 2])
    assert sorted(found.households) == [0, 2, 3]


def test_nothing_is_gathered_into_nothing() -> None:
    assert len(gathered([], [], []).community) == 0
