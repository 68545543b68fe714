"""Housing estates: rows of slabs, towers in a garden, perimeter blocks, and one very large tower."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon, box

from gridmap.core.model import LineClass
from gridmap.core.sample.drawing import (
    blob,
    chord,
    largest,
    lines_of,
    point_tower,
    polygons_of,
    slab,
    three_wings,
)
from gridmap.core.sample.fill.site import House, Land, Layout, Site, enclosed

STAIR_METRES = 15.0
"""Length of a slab that one staircase serves; it has two dwellings on each floor."""
BETWEEN_SLABS = 9.0
DWELLING_M2 = 95.0
"""Gross floor area of a dwelling in towers and perimeter blocks."""


def slabs(
    site: Site,
    rng: np.random.Generator,
    *,
    floors: Sequence[int],
    gap: float,
    gates: list[str],
    depth: float = 12.0,
    garden: bool = False,
    unit: float = 52.0,
) -> Layout:
    """Build rows of slabs facing south, a lane before each row, and a spine from gate to gate."""
    layout, ground = Layout(), site.inner.buffer(-6)
    _, south, _, north = ground.bounds
    spine = site.middle.x + rng.uniform(-22, 22)
    park = site.middle.buffer(46, quad_segs=2) if garden else Polygon()
    rows = int((north - south - depth - 4) // (depth + gap)) + 1
    start = south + (north - south - rows * depth - (rows - 1) * gap) / 2
    lanes: list[float] = []
    for row in range(rows):
        y = start + row * (depth + gap)
        stretch = chord(ground, y, depth)
        if stretch is None:
            continue
        west, east = stretch
        for left, right in ((west, spine - 8), (spine + 8, east)):
            _row_of_slabs(layout, rng, (left, right, y), depth=depth, floors=floors, unit=unit, park=park)
        lane = y - gap / 2 if lanes else y - 3.5
        lanes.append(lane)
        across = LineString([(west, lane), (east, lane)]).intersection(site.inner)
        layout.paths.extend((line, LineClass.FOOTWAY) for line in lines_of(across))
    layout.paths.append((LineString([(spine, lanes[0]), (spine, lanes[-1])]), LineClass.SERVICE))
    if garden:
        green = largest(park.buffer(-3).intersection(ground))
        layout.land.append(Land("public_space", f"{site.name}中心花园", green))
    enclosed(site, layout, x=spine, south=lanes[0], north=lanes[-1], gates=gates)
    return layout


def _row_of_slabs(
    layout: Layout,
    rng: np.random.Generator,
    stretch: tuple[float, float, float],
    *,
    depth: float,
    floors: Sequence[int],
    unit: float,
    park: Polygon,
) -> None:
    """Divide a stretch (from, to, height) into slabs of about `unit` metres, whole staircases each; none in the park."""
    left, right, y = stretch
    room = right - left
    count = round((room + BETWEEN_SLABS) / (unit + BETWEEN_SLABS))
    if count < 1:
        return
    stairs = int((room - (count - 1) * BETWEEN_SLABS) / count // STAIR_METRES)
    if stairs < 1:
        return
    length = stairs * STAIR_METRES
    between = (room - count * length) / max(count - 1, 1) if count > 1 else 0.0
    for number in range(count):
        shape = slab(left + number * (length + between), y + rng.uniform(-1, 1), length, depth, stairs=stairs)
        height = int(rng.integers(floors[0], floors[-1] + 1))
        if not shape.intersects(park):
            layout.houses.append(House(shape, "residential", height, height * stairs * 2))


def towers(
    site: Site,
    rng: np.random.Generator,
    *,
    floors: Sequence[int],
    spacing: float,
    gates: list[str],
    shut: Sequence[str] = (),
) -> Layout:
    """Build towers in staggered rows within a garden; a ring path and a spine; gates on sides, some of them shut."""
    layout, ground = Layout(), site.inner.buffer(-24)
    ring = site.inner.buffer(-10, join_style="mitre").simplify(1)
    spine = site.middle.x
    _, south, _, north = ground.bounds
    garden = blob(site.middle.x, site.middle.y, lambda angle: _wavy(angle, 44, 30))
    rows = round((north - south - 18) / spacing) + 1
    for row, y in enumerate(np.linspace(south + 9, north - 9, rows)):
        _row_of_towers(
            layout,
            rng,
            ground,
            y=y,
            garden=garden,
            spine=spine,
            spacing=spacing,
            floors=floors,
            stagger=row % 2 == 1,
        )
    layout.paths.append((LineString(ring.exterior), LineClass.SERVICE))
    cut = LineString([(spine, site.middle.y - 2000), (spine, site.middle.y + 2000)]).intersection(ring)
    layout.paths.append((cut, LineClass.FOOTWAY))
    layout.land.append(Land("public_space", f"{site.name}中心绿地", garden))
    _, bottom, _, top = cut.bounds
    enclosed(site, layout, x=spine, south=bottom, north=top, gates=gates, shut=shut)
    return layout


def _row_of_towers(
    layout: Layout,
    rng: np.random.Generator,
    ground: Polygon,
    *,
    garden: Polygon,
    y: float,
    spine: float,
    spacing: float,
    floors: Sequence[int],
    stagger: bool,
) -> None:
    """Put towers on both sides of the spine, none in the garden; every other row stands closer to the spine."""
    stretch = chord(ground, y - 7, 14)
    if stretch is None:
        return
    shift = spacing * 0.2 if stagger else 0.0
    for left, right in ((stretch[0], spine - 23 - shift), (spine + 23 + shift, stretch[1])):
        if right < left:
            continue
        count = round((right - left) / spacing) + 1
        xs = np.linspace(left, right, count) if count > 1 else np.array([(left + right) / 2])
        for x in xs:
            shape = point_tower(x, y + rng.uniform(-3, 3), rng.choice([24.0, 26.0]))
            height = int(rng.integers(floors[0], floors[-1] + 1))
            if not shape.buffer(2).intersects(garden):
                layout.houses.append(House(shape, "residential", height, height * 4))


def _wavy(angle: np.ndarray, wide: float, high: float) -> np.ndarray:
    wave = 1 + 0.10 * np.sin(3 * angle + 0.7)
    return np.column_stack([wide * wave, high * wave])


def perimeter(
    site: Site,
    rng: np.random.Generator,
    *,
    floors: Sequence[int],
    cells: tuple[int, int],
    square: str = "",
    tower_name: str = "",
) -> Layout:
    """Build houses around courtyards, shops on the ground floor; lanes between the courts; one court may be a square."""
    layout = Layout()
    columns, rows = cells
    west, south, east, north = site.face.bounds
    xs = np.linspace(west, east, columns + 1)[1:-1] + rng.uniform(-8, 8, columns - 1)
    ys = np.linspace(south, north, rows + 1)[1:-1] + rng.uniform(-8, 8, rows - 1)
    cuts = [LineString([(x, south - 9), (x, north + 9)]) for x in xs]
    cuts += [LineString([(west - 9, y), (east + 9, y)]) for y in ys]
    lanes = [cut.intersection(site.face) for cut in cuts]
    layout.paths.extend((lane, LineClass.RESIDENTIAL) for lane in lanes)
    open_ground = site.inner.difference(shapely.union_all([lane.buffer(5.5) for lane in lanes]))
    courts = sorted(
        polygons_of(open_ground, least=900), key=lambda court: (court.centroid.x, court.centroid.y)
    )
    for number, court in enumerate(courts):
        if square and number == len(courts) - 1:
            layout.land.append(Land("public_space", square, court.buffer(-2)))
            layout.houses.append(_bell_tower(court, tower_name))
        else:
            _court(layout, rng, court, ways=[*lanes, LineString(site.face.exterior)], floors=floors)
    return layout


def _court(
    layout: Layout,
    rng: np.random.Generator,
    court: Polygon,
    *,
    ways: list[LineString],
    floors: Sequence[int],
) -> None:
    """Build around one court: a band 13 m deep, cut by passages into houses."""
    outer = court.buffer(-4, join_style="mitre")
    band = outer.difference(outer.buffer(-13, join_style="mitre"))
    west, south, east, north = outer.bounds
    middle = court.centroid
    passages = [box(middle.x - 4, south - 9, middle.x + 4, north + 9)]
    passages += [
        box(west - 9, y - 1.5, east + 9, y + 1.5)
        for y in np.arange(south + 50, north - 36, 44.0) + rng.uniform(-3, 3)
    ]
    for part in polygons_of(band.difference(shapely.union_all(passages)), least=120):
        height = int(rng.integers(floors[0], floors[-1] + 1))
        dwellings = round(part.area * (height - 1) / DWELLING_M2)
        layout.houses.append(House(part, "mixed", height, dwellings))
    green = outer.buffer(-19)
    layout.land.append(Land("public_space", "", largest(green)))
    ring = LineString(largest(outer.buffer(-15.5, join_style="mitre")).exterior)
    layout.paths.append((ring, LineClass.FOOTWAY))
    layout.paths.append((_passage(ring, ways, middle.x), LineClass.FOOTWAY))


def _passage(ring: LineString, ways: list[LineString], x: float) -> LineString:
    """Return the way at `x` from a court's ring to the nearest lane or street north or south of it."""
    through = LineString([(x, ring.bounds[1] - 80), (x, ring.bounds[3] + 80)])
    starts = shapely.get_coordinates(through.intersection(ring))
    ends = np.vstack([shapely.get_coordinates(through.intersection(way)) for way in ways])
    gaps = np.abs(starts[:, None, 1] - ends[None, :, 1])
    start, end = np.unravel_index(gaps.argmin(), gaps.shape)
    return LineString([starts[start], ends[end]])


def _bell_tower(court: Polygon, name: str) -> House:
    middle = court.centroid
    return House(box(middle.x - 11, middle.y - 9, middle.x + 11, middle.y + 9), "culture", 3, name=name)


def landmark(
    site: Site, rng: np.random.Generator, *, households: int, floors: int, tower_name: str
) -> Layout:
    """Build one tower with more households than a grid may hold, on a plaza, with a row of shops behind."""
    layout = Layout()
    middle = site.middle
    tower = three_wings(middle.x, middle.y - 8, length=33.0, width=17.0)
    layout.houses.append(House(tower, "residential", floors, households, name=tower_name, full=True))
    plaza = site.inner.buffer(-9)
    layout.land.append(Land("public_space", f"{site.name}广场", plaza))
    _, south, _, north = site.inner.bounds
    stretch = chord(site.inner.buffer(-8), north - 42, 16)
    if stretch is not None:
        west, east = stretch
        shops = slab(west + 6, north - 42, (east - west) - 12, 14, stairs=3)
        layout.houses.append(House(shops, "retail", 2, name=f"{tower_name}商铺"))
    ring = middle.buffer(52, quad_segs=6).exterior
    layout.paths.append((LineString(ring), LineClass.FOOTWAY))
    layout.paths.append((site.way_out(middle.x, middle.y - 52, "south"), LineClass.FOOTWAY))
    for x in (site.inner.bounds[0] + 42, site.inner.bounds[2] - 42):
        side_tower = point_tower(x + rng.uniform(-2, 2), south + 44, 23.0)
        layout.houses.append(House(side_tower, "residential", 26, 26 * 4))
    return layout
