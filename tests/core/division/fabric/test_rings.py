"""Polygons from the segments between labels."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gridmap.core.division.fabric.rings import label_polygons
from gridmap.core.topology import Segments, arrange, shared_segments

BOARD = arrays(np.int64, (6, 6), elements=st.integers(-1, 3))


def board() -> np.ndarray:
    """Return 36 squares; those that touch in a corner only make rings that touch themselves."""
    along = np.arange(7) * 10.0
    across = [[(x, 0.0), (x, 60.0)] for x in along] + [[(0.0, x), (60.0, x)] for x in along]
    return arrange(np.asarray(shapely.linestrings(across)))


FACES = board()
SIDES = shared_segments(FACES)


@settings(max_examples=200, deadline=None)
@given(BOARD)
def test_polygons_are_valid_and_cover_their_squares(labels: np.ndarray) -> None:
    label = labels.ravel()
    of_side = np.append(label, -1)
    found = label_polygons(Segments(of_side[SIDES.left], of_side[SIDES.right], SIDES.start, SIDES.end), 4)
    for number, polygon in enumerate(found):
        own = FACES[label == number]
        assert (polygon is None) == (not len(own))
        if polygon is not None:
            assert polygon.is_valid
            assert polygon.symmetric_difference(shapely.union_all(own)).area < 1e-9
    there = found[~shapely.is_missing(found)]
    assert shapely.coverage_is_valid(there)


def test_no_segments_have_no_polygons() -> None:
    nothing, nowhere = np.empty(0, dtype=np.int64), np.empty((0, 2))
    assert list(label_polygons(Segments(nothing, nothing, nowhere, nowhere), 2)) == [None, None]
