"""Delaunay triangulations of whole-numbered points."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gridmap.core.division.fabric.delaunay import Mesh, centres, new_mesh, triangulate

POINTS = arrays(
    np.int64, st.tuples(st.integers(1, 40), st.just(2)), elements=st.integers(0, 30).map(lambda n: 500 * n)
)


def meshed(points: np.ndarray) -> Mesh:
    reach = 10 * (int(np.ptp(points)) + 1000)
    frame = points[0] + reach * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    return triangulate(new_mesh(len(points)), np.concatenate([points, frame]), np.arange(len(points)))


def twice_area(mesh: Mesh) -> np.ndarray:
    a, b, c = (mesh.at[mesh.corner[nth::3]] for nth in range(3))
    one, two = b - a, c - a
    return np.asarray(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0])


@settings(max_examples=150, deadline=None)
@given(POINTS)
def test_triangles_tile_the_frame_and_their_circles_are_empty(points: np.ndarray) -> None:
    mesh = meshed(points)
    area = twice_area(mesh)
    assert (area > 0).all()
    assert area.sum() == 2 * np.prod(np.ptp(mesh.at[-4:], axis=0))
    assert len(area) == 2 * len(np.unique(points, axis=0)) + 2
    middle = np.empty((len(area), 2))
    centres(mesh, middle)
    radius = np.hypot(*(mesh.at[mesh.corner[::3]] - middle).T)
    gap = np.hypot(*(mesh.at[None, :] - middle[:, None]).transpose(2, 0, 1))
    assert (gap > radius[:, None] * (1 - 1e-9) - 1e-3).all()


def test_twins_run_the_other_way() -> None:
    mesh = meshed(np.random.default_rng(1).integers(0, 10_000, (300, 2)))
    inner = np.flatnonzero(mesh.twin >= 0)
    ahead = np.where(np.arange(len(mesh.corner)) % 3 == 2, -2, 1) + np.arange(len(mesh.corner))
    assert (mesh.twin[mesh.twin[inner]] == inner).all()
    assert (mesh.corner[mesh.twin[inner]] == mesh.corner[ahead[inner]]).all()
    assert (mesh.twin < 0).sum() == 4
