"""Segments split where they meet."""

from random import Random

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gridmap.core.division.fabric.noding import Pieces, metres, node, whole

SMALL = arrays(np.int64, st.tuples(st.integers(1, 25), st.just(4)), elements=st.integers(0, 40))
LARGE = arrays(np.int64, st.tuples(st.integers(1, 25), st.just(4)), elements=st.integers(-(10**6), 10**6))


def noded(segments: np.ndarray) -> Pieces:
    return node(segments, np.ones(len(segments), dtype=bool))


def lines(ends: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.linestrings(ends.reshape(-1, 2, 2).astype(float)))


@settings(max_examples=150, deadline=None)
@given(st.one_of(SMALL, LARGE))
def test_pieces_meet_only_at_common_ends(segments: np.ndarray) -> None:
    once = np.unique(np.sort(noded(segments).ends.reshape(-1, 2, 2).view("i8,i8"), axis=1).view("i8"), axis=0)
    shapes = lines(once)
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = one < two
    common = shapely.intersection(shapes[one[pairs]], shapes[two[pairs]])
    tips = shapely.union(shapely.boundary(shapes[one[pairs]]), shapely.boundary(shapes[two[pairs]]))
    assert (shapely.get_dimensions(common) == 0).all()
    assert (shapely.distance(common, tips) == 0).all()


@settings(max_examples=50, deadline=None)
@given(LARGE)
def test_pieces_follow_their_segment_within_millimetres(segments: np.ndarray) -> None:
    found = noded(segments)
    real = (segments[:, :2] != segments[:, 2:]).any(axis=1)
    assert set(found.origin) == set(np.flatnonzero(real))
    gone = (
        shapely.hausdorff_distance(
            shapely.union_all(lines(found.ends)), shapely.union_all(lines(segments[real]))
        )
        if real.any()
        else 0.0
    )
    assert not gone > 5


def test_pieces_keep_the_direction_of_their_segment() -> None:
    found = noded(np.array([[0, 0, 10, 0], [5, 5, 5, -5]]))
    assert found.ends.tolist() == [[0, 0, 5, 0], [5, 0, 10, 0], [5, 5, 5, 0], [5, 0, 5, -5]]
    assert found.origin.tolist() == [0, 0, 1, 1]


def test_an_end_a_hair_short_of_a_segment_reaches_it() -> None:
    found = noded(np.array([[0, 0, 1000, 0], [500, 1, 500, 900]]))
    assert [500, 1] in found.ends[:, 2:].tolist()
    assert len(found.ends) == 3


def test_segments_that_are_not_new_are_not_cut_by_one_another() -> None:
    crossing = np.array([[0, 0, 10, 10], [0, 10, 10, 0]])
    assert len(node(crossing, np.array([False, False])).ends) == 2
    assert len(node(crossing, np.array([False, True])).ends) == 4


def test_nothing_is_noded_into_nothing() -> None:
    assert len(noded(np.empty((0, 4), dtype=np.int64)).ends) == 0


def test_metres_and_millimetres_are_each_others_inverse() -> None:
    assert whole(metres(np.array([3_320_000_123]))).tolist() == [3_320_000_123]


@settings(max_examples=100, deadline=None)
@given(SMALL, st.randoms())
def test_segments_known_to_fit_together_change_nothing_where_they_are_named(
    segments: np.ndarray, chance: Random
) -> None:
    ends = noded(segments).ends
    again = node(ends, np.array([chance.random() < 0.5 for _ in ends], dtype=bool))
    assert again.ends.tolist() == ends.tolist()
