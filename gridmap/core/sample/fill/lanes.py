"""Grown settlements: courtyards along lanes, a village the city grew around, a village among its fields."""

import math

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon, box
from shapely.ops import split

from gridmap.core.model import LineClass
from gridmap.core.sample.drawing import blob, largest, polygons_of
from gridmap.core.sample.fill.site import House, Land, Layout, Site


def old_town(site: Site, rng: np.random.Generator, *, parcel: float) -> Layout:
    """Build courtyard houses of one to three floors on parcels between lanes."""
    layout = Layout()
    for plot in _plots(site, rng, layout, side=parcel, lane=3.4, lane_plots=3.2):
        ground = plot.buffer(-0.7, join_style="mitre")
        if ground.area < 90:
            continue
        shape = _courtyard(ground, rng)
        height = int(rng.choice([1, 2, 2, 3]))
        trade = rng.random() < 0.06
        dwellings = 0 if trade else max(1, round(shape.area * height / 115))
        layout.houses.append(House(shape, "retail" if trade else "residential", height, dwellings))
    return layout


def village(site: Site, rng: np.random.Generator, *, parcel: float) -> Layout:
    """Build houses of three to five floors wall to wall, let by the room, with a hall in the middle."""
    layout = Layout()
    plots = _plots(site, rng, layout, side=parcel, lane=2.6, lane_plots=2.4)
    hall = min(plots, key=lambda plot: plot.distance(site.middle))
    for plot in plots:
        ground = plot.buffer(-1.0, join_style="mitre")
        if ground.area < 100:
            continue
        if plot is hall:
            layout.houses.append(House(_courtyard(ground, rng), "culture", 1, name=f"{site.name}祠堂"))
            continue
        height = int(rng.integers(3, 6))
        for half in _halves(ground):
            layout.houses.append(House(half, "residential", height, max(3, round(half.area * height / 190))))
    return layout


def rural(site: Site, rng: np.random.Generator) -> Layout:
    """Build a cluster of terraced houses along lanes, and fields around it."""
    layout = Layout()
    middle = site.middle
    extent = math.sqrt(site.inner.area) / 3.1
    core = largest(
        blob(
            middle.x,
            middle.y - extent * 0.35,
            lambda a: np.column_stack(
                [extent * (1.3 + 0.1 * np.sin(2 * a)), extent * (0.9 + 0.1 * np.cos(3 * a))]
            ),
        ).intersection(site.inner.buffer(-8))
    )
    main_lane = LineString([(middle.x, site.face.bounds[3]), (middle.x, site.face.bounds[1])])
    layout.paths.append((largest_line(main_lane.intersection(site.face)), LineClass.RESIDENTIAL))
    _, south, _, north = core.bounds
    for y in np.arange(south + 14, north - 12, 31.0):
        _terraces(layout, rng, core, y, middle.x)
    fields = site.inner.difference(core.buffer(10)).difference(main_lane.buffer(4))
    for field in polygons_of(fields, least=300):
        layout.land.extend(_fields(field, rng, site.name))
    return layout


def _terraces(layout: Layout, rng: np.random.Generator, core: Polygon, y: float, lane_x: float) -> None:
    """Build one row of terraces on both sides of the main lane, with a lane in front."""
    cut = LineString([(core.bounds[0], y), (core.bounds[2], y)]).intersection(core)
    if cut.is_empty:
        return
    west, _, east, _ = cut.bounds
    layout.paths.append((LineString([(west, y - 5), (east, y - 5)]), LineClass.RESIDENTIAL))
    x = west + 2
    while x < east - 20:
        homes = int(rng.integers(2, 6))
        width = homes * 8.5
        shape = box(x, y + rng.uniform(0, 2), x + width, y + 12 + rng.uniform(0, 2))
        near_lane = x - 5 < lane_x < x + width + 5
        if not near_lane and core.contains(shape) and rng.random() < 0.93:
            layout.houses.append(House(shape, "residential", int(rng.integers(2, 4)), homes))
        x = lane_x + 6 if near_lane else x + width + rng.uniform(5, 14)


def _fields(ground: Polygon, rng: np.random.Generator, name: str) -> list[Land]:
    """Cut open land into strips with paths between."""
    west, south, east, north = ground.bounds
    land: list[Land] = []
    x = west
    while x < east:
        width = rng.uniform(26, 58)
        strip = ground.intersection(box(x + 1.2, south, x + width - 1.2, north))
        for part in polygons_of(strip, least=250):
            low, high = part.bounds[1], part.bounds[3]
            halves = split(
                part, LineString([(x - 9, (low + high) / 2 + 7), (x + width + 9, (low + high) / 2)])
            )
            fields = [part] if high - low < 120 else [half.buffer(-0.8) for half in polygons_of(halves)]
            land.extend(Land("field", f"{name}农田", largest(field)) for field in fields if field.area > 200)
        x += width
    return land


def largest_line(geometry: shapely.Geometry) -> LineString:
    """Return the longest line of an overlay."""
    return max(shapely.get_parts(geometry), key=lambda part: part.length)


def _plots(
    site: Site, rng: np.random.Generator, layout: Layout, *, side: float, lane: float, lane_plots: float
) -> list[Polygon]:
    """Halve the face again and again, across its longer side; the first cuts are lanes, the last ones party walls."""
    leaves, queue, lanes = [], [site.face], []
    while queue:
        piece = queue.pop()
        if piece.area < 1.45 * side * side:
            leaves.append(piece)
            continue
        cut = _cut(piece, rng)
        parts = polygons_of(split(piece, cut))
        if len(parts) != 2:
            leaves.append(piece)
            continue
        if piece.area > (lane_plots * side) ** 2 * 0.62:
            lanes.append(largest_line(cut.intersection(piece)))
        queue.extend(parts)
    layout.paths.extend((each, LineClass.FOOTWAY) for each in lanes)
    open_lanes = shapely.union_all([each.buffer(lane / 2, cap_style="flat") for each in lanes])
    ground = site.inner.buffer(-1)
    plots = [largest(leaf.intersection(ground).difference(open_lanes)) for leaf in leaves]
    return [plot for plot in plots if plot.area > 60]


def _cut(piece: Polygon, rng: np.random.Generator) -> LineString:
    """Return a slightly oblique line across the longer side of a piece, near its middle."""
    frame = piece.minimum_rotated_rectangle
    corners = np.array(frame.exterior.coords)[:4]
    first, second = corners[1] - corners[0], corners[2] - corners[1]
    along = first if np.hypot(*first) >= np.hypot(*second) else second
    across = np.array([-along[1], along[0]]) / np.hypot(*along)
    tilt = across + along / np.hypot(*along) * rng.uniform(-0.07, 0.07)
    at = np.array(piece.centroid.coords[0]) + along * rng.uniform(-0.07, 0.07)
    return LineString([at - tilt * 600, at + tilt * 600])


def _courtyard(ground: Polygon, rng: np.random.Generator) -> Polygon:
    """Return rooms around a court, open towards one side in two houses out of three."""
    depth = min(6.2, 0.27 * math.sqrt(ground.area))
    court = ground.buffer(-depth, join_style="mitre")
    if court.is_empty or court.area < 14 or ground.area < 160:
        return ground
    if rng.random() < 0.34:
        return largest(ground.difference(court))
    middle = court.centroid
    angle = rng.integers(0, 4) * math.pi / 2
    reach = LineString([middle, (middle.x + 40 * math.cos(angle), middle.y + 40 * math.sin(angle))])
    opening = shapely.union_all([court, reach.buffer(math.sqrt(court.area) * 0.3, cap_style="flat")])
    return largest(ground.difference(opening))


def _halves(ground: Polygon) -> list[Polygon]:
    """Return two houses with a slit of a metre between them."""
    frame = np.array(ground.minimum_rotated_rectangle.exterior.coords)[:4]
    first, second = frame[1] - frame[0], frame[2] - frame[1]
    across = second if np.hypot(*first) >= np.hypot(*second) else first
    middle = np.array(ground.centroid.coords[0])
    slit = LineString([middle - across, middle + across]).buffer(0.5)
    return polygons_of(ground.difference(slit), least=45)
