"""What a block is while it is built on, and what building on it yields. The plan's east is east here."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import shapely
from shapely.affinity import rotate
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from gridmap.core.model import LineClass
from gridmap.core.sample.drawing import lines_of

GATE_WIDTH = 9.0
"""Metres left open in a wall."""


@dataclass(frozen=True, slots=True)
class House:
    """A building: footprint, use, floors above ground, dwellings in it; if `full`, every dwelling has a household."""

    shape: Polygon
    use: str
    floors: int
    dwellings: int = 0
    name: str = ""
    full: bool = False


@dataclass(frozen=True, slots=True)
class Land:
    """A compound, a public space, a field, water: a polygon with a kind and perhaps a name."""

    kind: str
    name: str
    shape: Polygon


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands on a block; gates in `shut` are there but never open."""

    houses: list[House] = field(default_factory=list)
    paths: list[tuple[LineString, LineClass]] = field(default_factory=list)
    walls: list[LineString] = field(default_factory=list)
    gates: list[Point] = field(default_factory=list)
    shut: list[Point] = field(default_factory=list)
    land: list[Land] = field(default_factory=list)

    def turned(self, angle: float, origin: Point) -> "Layout":
        """Return it turned by `angle` degrees around `origin`."""

        def turn(shape: BaseGeometry) -> BaseGeometry:
            return rotate(shape, angle, origin=origin)

        return Layout(
            houses=[replace(each, shape=turn(each.shape)) for each in self.houses],
            paths=[(turn(line), line_class) for line, line_class in self.paths],
            walls=[turn(wall) for wall in self.walls],
            gates=[turn(gate) for gate in self.gates],
            shut=[turn(gate) for gate in self.shut],
            land=[Land(each.kind, each.name, turn(each.shape)) for each in self.land],
        )


@dataclass(frozen=True, slots=True)
class Site:
    """A block turned so that the plan's east is east: its face, what streets leave of it, and its name."""

    face: Polygon
    inner: Polygon
    name: str

    @property
    def middle(self) -> Point:
        """Middle of what can be built on."""
        return self.inner.centroid

    def way_out(self, x: float, y: float, side: str) -> LineString:
        """Return the straight way from a point inside to the middle of the street on one side, north or south."""
        whole = LineString([(x, self.face.bounds[1] - 1), (x, self.face.bounds[3] + 1)])
        heights = shapely.get_coordinates(whole.intersection(self.face.exterior))[:, 1]
        return LineString([(x, y), (x, heights.max() if side == "north" else heights.min())])


def enclosed(
    site: Site,
    layout: Layout,
    *,
    x: float,
    south: float,
    north: float,
    gates: list[str],
    shut: Sequence[str] = (),
) -> None:
    """Join a path from `south` to `north` at `x` to the street on each side named, and wall the site in.

    There is a gate wherever a path goes through the wall; those on the sides named by `shut` are never open.
    """
    ring = site.inner.buffer(-1.5, join_style="mitre").exterior
    closed = [site.way_out(x, north if side == "north" else south, side) for side in shut]
    for side in gates:
        layout.paths.append((site.way_out(x, north if side == "north" else south, side), LineClass.SERVICE))
    through = shapely.union_all([line for line, _ in layout.paths]).intersection(ring)
    layout.gates.extend(Point(each) for each in shapely.get_coordinates(through))
    layout.shut.extend(
        Point(each) for way in closed for each in shapely.get_coordinates(way.intersection(ring))
    )
    layout.paths.extend((way, LineClass.FOOTWAY) for way in closed)
    openings = shapely.union_all([gate.buffer(GATE_WIDTH / 2) for gate in [*layout.gates, *layout.shut]])
    layout.walls.extend(lines_of(shapely.line_merge(ring.difference(openings))))
    layout.land.append(Land("compound", site.name, site.inner))


def unobstructed(layout: Layout, site: Site) -> Layout:
    """Leave out houses that reach into the street or stand on a path."""
    ground = site.inner.buffer(0.5)
    paths = shapely.union_all([line for line, _ in layout.paths]).buffer(0.3)
    houses = [
        house for house in layout.houses if ground.contains(house.shape) and not paths.intersects(house.shape)
    ]
    return replace(layout, houses=houses)
