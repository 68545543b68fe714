"""Walking distances found once more, by networkx and with nothing of the package: the judge of what the commands say."""

from itertools import pairwise
from typing import Any

import networkx
import numpy as np
import shapely

JOINED_M, LINKED_M, ISLAND_M = 0.1, 100.0, 500.0
"""What the documentation says: an end so near to a way meets it, the longest leg, the length of a part that is no island."""

Stops = dict[int, list[tuple[float, Any]]]
"""Places along pieces: metres from the start, and a name."""


class Streets:
    """Ways of one level as a graph: cut where they cross or one ends on another, entered at the nearest point of a way."""

    def __init__(self, lines: np.ndarray) -> None:
        pieces = shapely.get_parts(shapely.union_all(lines))
        graph = graph_of(pieces, met(pieces))
        parts = list(networkx.connected_components(graph))
        metres = [graph.subgraph(part).size("weight") for part in parts]
        islands: set[Any] = set().union(
            *(part for part, size in zip(parts, metres, strict=True) if size < min(ISLAND_M, max(metres)))
        )
        self.pieces = pieces[[end not in islands for end in names(shapely.get_point(pieces, 0))]]
        self.met = met(self.pieces)
        self.tree = shapely.STRtree(self.pieces)

    def metres(self, homes: np.ndarray, facilities: np.ndarray) -> np.ndarray:
        """Return the way of each home to the nearest facility; inf where none is reached."""
        points = np.concatenate([homes, facilities])
        (point, piece), leg = self.tree.query_nearest(
            points, max_distance=LINKED_M, return_distance=True, all_matches=False
        )
        along = shapely.line_locate_point(self.pieces[piece], points[point])
        stops = {number: list(places) for number, places in self.met.items()}
        for number, offset, owner in zip(piece.tolist(), along.tolist(), point.tolist(), strict=True):
            stops.setdefault(number, []).append((offset, owner))
        graph = graph_of(self.pieces, stops)
        graph.add_node("facility")
        graph.add_weighted_edges_from(
            ("facility", owner, metres)
            for owner, metres in zip(point, leg, strict=True)
            if owner >= len(homes)
        )
        found = networkx.single_source_dijkstra_path_length(graph, "facility")
        ways = np.full(len(points), np.inf)
        ways[point] = [found.get(owner, np.inf) for owner in point.tolist()] + leg
        return ways[: len(homes)]


def met(pieces: np.ndarray) -> Stops:
    """Return where ends of pieces lie on others."""
    ends = np.unique(shapely.get_coordinates(shapely.get_point(pieces, [[0], [-1]])), axis=0)
    points = shapely.points(ends)
    end, piece = shapely.STRtree(pieces).query(points, predicate="dwithin", distance=JOINED_M)
    stops: Stops = {}
    for number, offset, name in zip(
        piece.tolist(),
        shapely.line_locate_point(pieces[piece], points[end]).tolist(),
        names(points[end]),
        strict=True,
    ):
        stops.setdefault(number, []).append((offset, name))
    return stops


def graph_of(pieces: np.ndarray, stops: Stops) -> networkx.Graph:
    """Return pieces and the places along them as a graph."""
    graph = networkx.Graph()
    ends = (names(shapely.get_point(pieces, at)) for at in (0, -1))
    for number, (first, last, length) in enumerate(zip(*ends, shapely.length(pieces).tolist(), strict=True)):
        inner = sorted(stops.get(number, []), key=lambda it: it[0])
        for (start, one), (end, other) in pairwise([(0.0, first), *inner, (length, last)]):
            known = graph.get_edge_data(one, other, {"weight": np.inf})["weight"]
            graph.add_edge(one, other, weight=min(known, end - start))
    return graph


def names(points: np.ndarray) -> list[tuple[float, float]]:
    """Name places by their coordinates to the millimetre."""
    return [(round(x, 3), round(y, 3)) for x, y in shapely.get_coordinates(points)]
