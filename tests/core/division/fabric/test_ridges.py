"""Voronoi lines between outlines."""

import numpy as np
import pytest
import shapely
from shapely import box

from gridmap.core.division.fabric.noding import whole
from gridmap.core.division.fabric.ridges import Ridges, Samples, ridges
from gridmap.core.division.fabric.sampling import outline_edges, sample_edges


def samples(points: np.ndarray, label: np.ndarray, block: np.ndarray | None = None) -> Samples:
    nothing = np.zeros(len(points), dtype=np.int64)
    return Samples(whole(points), label, nothing if block is None else block, nothing - 1, nothing)


def boxes(*blocks: shapely.Polygon) -> np.ndarray:
    return whole(shapely.bounds(np.array(blocks, dtype=object)))


def line_of(found: Ridges, block: shapely.Polygon) -> shapely.Geometry:
    lines = shapely.linestrings(found.ends.reshape(-1, 2, 2) / 1000.0)
    return shapely.union_all(shapely.intersection(lines, block))


def lines_between(*shapes: shapely.Polygon, block: shapely.Polygon, spacing: float = 1.0) -> shapely.Geometry:
    edges = outline_edges(np.array(shapes, dtype=object))
    points, owner = sample_edges(edges, np.full(len(edges.owner), spacing))
    return line_of(ridges(samples(points, owner), boxes(block)), block)


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


def test_every_piece_tells_what_is_on_either_side() -> None:
    rng = np.random.default_rng(3)
    points, label = rng.uniform(0, 100, (200, 2)), rng.integers(0, 12, 200)
    found = ridges(samples(points, label), boxes(box(0, 0, 100, 100)))
    start, end = found.ends[:, :2] / 1000.0, found.ends[:, 2:] / 1000.0
    middle, way = (start + end) / 2, end - start
    length = np.hypot(*way.T)
    aside = 0.3 * np.column_stack([-way[:, 1], way[:, 0]]) / np.maximum(length, 1e-9)[:, None]
    for side, told in ((aside, found.left), (-aside, found.right)):
        at = middle + side
        nearest = label[np.argmin(((at[:, None] - points[None]) ** 2).sum(axis=2), axis=1)]
        sure = (length > 3) & (at > 1).all(axis=1) & (at < 99).all(axis=1)
        assert (nearest == told)[sure].mean() > 0.97


def test_one_label_has_no_lines() -> None:
    one = samples(np.array([[1.0, 1.0], [2.0, 5.0]]), np.array([7, 7]))
    assert len(ridges(one, boxes(box(0, 0, 9, 9))).left) == 0


def test_no_samples_have_no_lines() -> None:
    none = samples(np.empty((0, 2)), np.empty(0, dtype=np.int64))
    assert len(ridges(none, boxes(box(0, 0, 1, 1))).left) == 0


def test_blocks_do_not_see_each_other() -> None:
    points = np.array([[2.0, 5.0], [8.0, 5.0], [11.0, 5.0], [19.0, 5.0]])
    blocks = box(0, 0, 10, 10), box(10, 0, 20, 10)
    found = ridges(samples(points, np.arange(4), np.array([0, 0, 1, 1])), boxes(*blocks))
    assert sorted(set(found.ends[:, 0] / 1000.0)) == pytest.approx([5, 15])
    assert list(found.block) == [0, 1]


def rank_beside(*samples_: tuple[float, float, int, int, int]) -> dict[tuple[int, int], int]:
    """Return the rank of the line between each two labels; samples are x, y, label, side and rank."""
    x, y, label, side, rank = np.array(samples_).T.astype(np.int64)
    found = ridges(
        Samples(np.column_stack([x, y]), label, np.zeros(len(x), dtype=np.int64), side, rank),
        boxes(box(0, 0, 10, 10)),
    )
    pairs = np.sort(np.column_stack([found.left, found.right]), axis=1)
    return {(one, two): rank for (one, two), rank in zip(pairs.tolist(), found.rank.tolist(), strict=True)}


def test_the_higher_rank_beside_a_line_counts() -> None:
    assert rank_beside((2000, 5000, 0, 7, 1), (8000, 5000, 1, 8, 3)) == {(0, 1): 3}


def test_a_line_across_a_strip_does_not_follow_what_lies_along_the_strip() -> None:
    west_side = [(2000, y, 0 if y < 5000 else 1, 7, 3) for y in (1000, 4000, 6000, 9000)]
    east_side = [(8000, y, 2, 8, 3) for y in (1000, 4000, 6000, 9000)]
    assert rank_beside(*west_side, *east_side) == {(0, 1): 0, (0, 2): 3, (1, 2): 3}
