"""How round grids are, as they stand and where people live."""

import numpy as np
import pytest

from gridmap.core.division.compactness import compactness
from gridmap.core.division.graph import side_by_side
from gridmap.core.topology import Segments
from tests.core.division.strips import strip


def test_grids_of_many_communities_are_as_round_as_those_of_each() -> None:
    (graph, borders), label = strip([5, 0, 4, 4]), np.array([0, 0, 1, 1])
    alone = compactness(graph, borders, label, 2)
    left, right = (np.where(side >= 0, side + 4, -1) for side in (borders.left, borders.right))
    east = np.array([1_000.0, 0.0])
    both = compactness(
        side_by_side([graph, graph]),
        Segments(
            np.append(borders.left, left),
            np.append(borders.right, right),
            np.concatenate([borders.start, borders.start + east]),
            np.concatenate([borders.end, borders.end + east]),
        ),
        np.append(label, label + 2),
        4,
    )
    for grids in (slice(0, 2), slice(2, 4)):
        assert both.of(grids).whole == pytest.approx(alone.whole)
        assert both.of(grids).lived_in == pytest.approx(alone.lived_in)
