"""The lines of the district: one network of streets and paths that meet in shared points, and what bars the way."""

from collections import defaultdict
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry import LineString

from gridmap.core.model import LineClass
from gridmap.core.sample.fill import Layout
from gridmap.core.sample.ground import CENTIMETRE, Block, Ground

Line = tuple[LineString, LineClass, str]
"""Shape in metres, class, name."""

NOT_WALKED = frozenset({"river", "railway", "border"})


def draw_lines(ground: Ground, built: list[tuple[Block, Layout]]) -> list[Line]:
    """Return the river, the railway, the walls, and the network of everything that can be walked."""
    streets: list[Line] = [
        (edge.shape, LineClass(edge.line.line_class), edge.line.name)
        for edge in ground.edges
        if edge.line.line_class not in NOT_WALKED
    ]
    paths: list[Line] = [
        (part, line_class, "")
        for _, layout in built
        for line, line_class in layout.paths
        for part in shapely.get_parts(line)
    ]
    barriers: list[Line] = [
        (edge.shape, LineClass(edge.line.line_class), edge.line.name)
        for edge in ground.edges
        if edge.line.line_class in ("river", "railway")
    ]
    walls: list[Line] = [(wall, LineClass.WALL, "") for _, layout in built for wall in layout.walls]
    return [*_merged(barriers), *_merged(_joined(streets + paths)), *walls]


def _joined(lines: list[Line]) -> list[Line]:
    """Cut lines where they cross, so that each crossing is a point of both; a stretch drawn twice stays once."""
    shapes = np.array([line for line, _, _ in lines], dtype=object)
    net = _largest_component(shapely.get_parts(shapely.union_all(shapes, grid_size=CENTIMETRE)))
    middles = shapely.line_interpolate_point(net, 0.5, normalized=True)
    owners = shapely.STRtree(shapes).nearest(middles)
    return [(piece, *lines[owner][1:]) for piece, owner in zip(net, owners, strict=True)]


def _largest_component(pieces: NDArray[np.object_]) -> NDArray[np.object_]:
    """Keep the pieces that hang together; a path that leads nowhere is not drawn."""
    ends = np.vstack([shapely.get_coordinates(shapely.get_point(pieces, end)) for end in (0, -1)])
    _, nodes = np.unique(np.round(ends / CENTIMETRE).astype(np.int64), axis=0, return_inverse=True)
    start, end = np.split(nodes.ravel(), 2)
    links = coo_array((np.ones(len(pieces)), (start, end)), shape=(nodes.max() + 1, nodes.max() + 1))
    _, component = connected_components(links, directed=False)
    return cast(NDArray[np.object_], pieces[component[start] == np.bincount(component[start]).argmax()])


def _merged(lines: list[Line]) -> list[Line]:
    """Sew pieces of the same name and class together; the points where others meet them stay."""
    groups: dict[tuple[LineClass, str], list[LineString]] = defaultdict(list)
    for shape, line_class, name in lines:
        groups[line_class, name].append(shape)
    return [
        (part, line_class, name)
        for (line_class, name), shapes in groups.items()
        for part in shapely.get_parts(shapely.line_merge(shapely.union_all(shapes)))
    ]
