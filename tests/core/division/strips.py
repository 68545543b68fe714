"""Communities that are a row of squares, a hundred metres wide each, for tests of what is measured on cells."""

import numpy as np
import shapely
from shapely import box

from gridmap.core.division.graph import Graph, build_graph
from gridmap.core.topology import Segments, shared_segments


def strip(households: list[int], metres: list[float] | None = None) -> tuple[Graph, Segments]:
    """Return the graph and borders of a row of squares; all borders between them have the metres given, by rank."""
    squares = np.array(
        [box(100 * nth, 0, 100 * nth + 100, 100) for nth in range(len(households))], dtype=object
    )
    borders = shared_segments(squares)
    first = np.repeat(np.arange(len(households) - 1), 4)
    told = np.array(metres or [0.0, 0.0, 100.0, 0.0])
    graph = build_graph(
        np.array(households),
        first,
        first + 1,
        np.tile(told, len(households) - 1),
        np.tile(np.arange(4), len(households) - 1),
    )
    assert shapely.area(squares).sum() == 10_000 * len(households)
    return graph, borders
