"""From the plan to the ground: bent lines, the faces between them, and the community each face belongs to."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Point, Polygon

from gridmap.core.sample.drawing import Coordinates, bent, extended, largest, local_angle, smoothed
from gridmap.core.sample.settings import PlannedBlock, PlannedCommunity, PlannedLine, SampleSettings
from gridmap.errors import Invalid, Text

OVERSHOOT = 14.0
"""Metres by which lines run past their ends, so that they surely meet; what sticks out is cut again."""
CENTIMETRE = 0.01


@dataclass(frozen=True, slots=True)
class Edge:
    """A piece of a planned line between two crossings."""

    line: PlannedLine
    shape: LineString


@dataclass(frozen=True, slots=True)
class Block:
    """A face of the street plan: what is planned there, whose it is, and how it lies.

    Parameters
    ----------
    face : up to the middles of the streets around.
    inner : what the streets, the river and the railway leave.
    angle : degrees by which the plan is turned here.
    """

    plan: PlannedBlock
    community: PlannedCommunity
    face: Polygon
    inner: Polygon
    angle: float


@dataclass(frozen=True, slots=True)
class Ground:
    """The district before anything is built on it."""

    edges: tuple[Edge, ...]
    blocks: tuple[Block, ...]
    communities: dict[str, Polygon]
    water: Polygon


def lay_out(settings: SampleSettings) -> Ground:
    """Bend the plan and cut it into blocks.

    Raises
    ------
    Invalid : a face has no block or more than one, or belongs to no community.
    """
    curves = [_curve(line, settings) for line in settings.lines]
    net = shapely.union_all(curves, grid_size=CENTIMETRE)
    faces = list(shapely.get_parts(shapely.polygonize([net])))
    edges = tuple(_edges(settings.lines, curves, net))
    reserve = shapely.union_all([edge.shape.buffer(edge.line.width / 2) for edge in edges if edge.line.width])
    blocks = tuple(_block(plan, faces, reserve, settings) for plan in settings.blocks)
    _check_each_face_once(faces, blocks)
    rivers = [
        curve.buffer(line.width / 2, cap_style="flat")
        for line, curve in zip(settings.lines, curves, strict=True)
        if line.line_class == "river"
    ]
    communities = {
        community.code: _union([block.face for block in blocks if block.community is community])
        for community in settings.communities
    }
    return Ground(
        edges=edges,
        blocks=blocks,
        communities=communities,
        water=largest(shapely.union_all(rivers)),
    )


def place(at: tuple[float, float], settings: SampleSettings) -> Point:
    """Return where a point of the plan lies on the ground."""
    return Point(bent(np.array([at]), settings.bend)[0])


def _curve(line: PlannedLine, settings: SampleSettings) -> LineString:
    points = _overshot(line, settings)
    if line.smooth:
        points = smoothed(points)
    dense = shapely.get_coordinates(shapely.segmentize(LineString(points), 22.0))
    return LineString(bent(dense, settings.bend))


def _overshot(line: PlannedLine, settings: SampleSettings) -> Coordinates:
    """Lengthen a line at those ends that it does not share with another."""
    shared = {
        point
        for other in settings.lines
        if other is not line
        for point in ((other.points[0], other.points[-1]) if other.smooth else other.points)
    }
    points = np.array(line.points)
    longer = extended(points, OVERSHOOT)
    for end in (0, -1):
        if line.points[end] not in shared:
            points[end] = longer[end]
    return points


def _edges(lines: tuple[PlannedLine, ...], curves: list[LineString], net: shapely.Geometry) -> list[Edge]:
    pieces = shapely.get_parts(net)
    pieces = pieces[~_sticks_out(pieces)]
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    owners = shapely.STRtree(curves).nearest(middles)
    return [Edge(lines[owner], piece) for owner, piece in zip(owners, pieces, strict=True)]


def _sticks_out(pieces: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which pieces are short dead ends, as `OVERSHOOT` makes them."""
    ends = np.vstack([shapely.get_coordinates(shapely.get_point(pieces, end)) for end in (0, -1)])
    _, place, count = np.unique(ends, axis=0, return_inverse=True, return_counts=True)
    leads_nowhere = (count[place.ravel()] == 1).reshape(2, -1).any(axis=0)
    dead: NDArray[np.bool_] = leads_nowhere & (shapely.length(pieces) < 2.2 * OVERSHOOT)
    return dead


def _block(plan: PlannedBlock, faces: list[Polygon], reserve: Polygon, settings: SampleSettings) -> Block:
    point = place(plan.at, settings)
    own = [face for face in faces if face.contains(point)]
    if not own:
        raise _off_the_plan(plan.name)
    outlines = {
        each.code: Polygon(bent(np.array(each.outline), settings.bend)) for each in settings.communities
    }
    homes = [
        each for each in settings.communities if outlines[each.code].contains(own[0].representative_point())
    ]
    if not homes:
        raise _off_the_plan(plan.name)
    return Block(
        plan=plan,
        community=homes[0],
        face=own[0],
        inner=largest(own[0].difference(reserve)),
        angle=local_angle(np.array([plan.at]), settings.bend),
    )


def _union(faces: list[Polygon]) -> Polygon:
    return largest(shapely.union_all(faces, grid_size=CENTIMETRE))


def _check_each_face_once(faces: list[Polygon], blocks: tuple[Block, ...]) -> None:
    taken = [id(block.face) for block in blocks]
    spare = [face for face in faces if id(face) not in taken]
    if spare or len(set(taken)) < len(taken):
        where = [tuple(round(value) for value in face.representative_point().coords[0]) for face in spare]
        raise Invalid(
            Text(
                en=f"Each face of the street plan needs one block; without one: {where}.",
                zh=f"路网的每个街块应恰有一个规划块，缺少的位置：{where}。",
            )
        )


def _off_the_plan(name: str) -> Invalid:
    return Invalid(
        Text(
            en=f"The block {name} lies on no face of the street plan, or in no community.",
            zh=f"规划块“{name}”不在路网的任何街块内，或不属于任何社区。",
        )
    )
