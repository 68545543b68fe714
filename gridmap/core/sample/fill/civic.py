"""Blocks without housing: schools, a hospital, an old mill, a mall, a market, parks and the banks of the river."""

import math
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.affinity import translate
from shapely.geometry import LineString, Polygon, box

from gridmap.core.model import LineClass
from gridmap.core.sample.drawing import blob, chord, largest, polygons_of, slab
from gridmap.core.sample.fill.site import House, Land, Layout, Site, enclosed


def campus(site: Site, rng: np.random.Generator, *, use: str, gates: list[str], field: bool) -> Layout:
    """Build a school: teaching wings like a comb, a hall, a running track, trees around."""
    layout = Layout()
    middle = site.middle
    wing = [box(-46, dy, 18, dy + 13) for dy in (0, 30, 60)]
    comb = shapely.union_all([*wing, box(18, 0, 29, 73)])
    west = site.inner.bounds[0]
    left = translate(comb, max(west + 66, middle.x - 62), middle.y - 44)
    layout.houses.append(House(largest(left), use, 4, name=site.name))
    hall = box(middle.x - 96, middle.y - 96, middle.x - 44, middle.y - 66)
    layout.houses.append(House(hall, use, 2, name=f"{site.name}体育馆"))
    if field:
        track = LineString([(middle.x + 52, middle.y - 62), (middle.x + 52, middle.y + 24)]).buffer(36)
        layout.land.append(Land("sports_ground", f"{site.name}操场", track))
        layout.land.append(Land("public_space", "", track.buffer(-9)))
    x = middle.x - 4 + rng.uniform(-3, 3)
    south, north = middle.y - 110, middle.y + 60
    layout.paths.append((LineString([(x, south), (x, north)]), LineClass.SERVICE))
    enclosed(site, layout, x=x, south=south, north=north, gates=gates)
    return _kept_inside(layout, site)


def hospital(site: Site, rng: np.random.Generator, *, gates: list[str]) -> Layout:
    """Build two wards and an outpatient hall joined by a corridor, and a garden."""
    layout = Layout()
    x, y = site.middle.x, site.middle.y
    wards = shapely.union_all(
        [
            box(x - 70, y - 40, x + 46, y - 22),
            box(x - 70, y + 6, x + 46, y + 24),
            box(x - 20, y - 40, x - 4, y + 60),
        ]
    )
    layout.houses.append(House(largest(wards), "hospital", 8, name=site.name))
    layout.houses.append(House(box(x - 62, y + 62, x + 52, y + 96), "hospital", 4, name=f"{site.name}门诊楼"))
    garden = blob(x + 20, y - 92, lambda a: np.column_stack([60 + 8 * np.sin(2 * a), 26 + 5 * np.cos(a)]))
    layout.land.append(Land("public_space", f"{site.name}花园", garden))
    spine = x + 74 + rng.uniform(-3, 3)
    layout.paths.append((LineString([(spine, y - 110), (spine, y + 100)]), LineClass.SERVICE))
    layout.paths.append((LineString([(spine, y + 44), (x + 2, y + 44)]), LineClass.FOOTWAY))
    enclosed(site, layout, x=spine, south=y - 110, north=y + 100, gates=gates)
    return _kept_inside(layout, site)


def mill(site: Site, rng: np.random.Generator, *, gates: list[str], names: Sequence[str]) -> Layout:
    """Build the halls of a cotton mill in long bays, a chimney, now workshops and studios."""
    layout = Layout()
    x, y = site.middle.x, site.middle.y
    for number, (dy, length) in enumerate([(-104, 150), (-62, 172), (-8, 172), (46, 120)]):
        bay = [
            box(-length / 2 + 24 * n, 0, -length / 2 + 24 * n + 25, 34 + 2 * (n % 2))
            for n in range(int(length // 24))
        ]
        hall = translate(shapely.union_all(bay), x - 10, y + dy)
        layout.houses.append(House(largest(hall), "industrial", 1, name=names[number]))
    layout.houses.append(
        House(translate(largest(site.middle.buffer(5)), -84, 64), "industrial", 1, name=names[4])
    )
    office = slab(x - 60, y + 96, 75, 13, stairs=3)
    layout.houses.append(House(office, "office", 4, name=names[5]))
    spine = x + 92 + rng.uniform(-3, 3)
    layout.paths.append((LineString([(spine, y - 116), (spine, y + 112)]), LineClass.SERVICE))
    layout.paths.append((LineString([(spine, y + 86), (x - 92, y + 86)]), LineClass.FOOTWAY))
    enclosed(site, layout, x=spine, south=y - 116, north=y + 112, gates=gates)
    return _kept_inside(layout, site)


def mall(site: Site, rng: np.random.Generator, *, floors: Sequence[int], names: Sequence[str]) -> Layout:
    """Build a mall with a round corner, an office slab beside it, and a plaza."""
    layout = Layout()
    layout.land.append(Land("parcel", site.name, site.inner.buffer(-2)))
    ground = site.inner.buffer(-12)
    west, south, east, north = ground.bounds
    base = box(west, south, east, south + 0.52 * (north - south)).intersection(ground)
    body = largest(base).buffer(-20).buffer(20, quad_segs=6)
    atrium = blob(
        body.centroid.x, body.centroid.y, lambda a: np.column_stack([30 + 4 * np.sin(2 * a), 17 + 0 * a])
    )
    layout.houses.append(House(body.difference(atrium), "retail", floors[0], name=names[0]))
    stretch = chord(ground, north - 36, 24)
    if stretch is not None:
        left, right = stretch
        office = box(left + 8, north - 36, left + 0.42 * (right - left), north - 12)
        hotel = box(left + 0.55 * (right - left), north - 38, right - 8, north - 14)
        layout.houses.append(House(office, "office", floors[-1], name=names[1]))
        layout.houses.append(House(hotel, "hotel", 12, name=names[2]))
    y = body.bounds[3] + (north - 38 - body.bounds[3]) / 2
    plaza = box(west, body.bounds[3] + 7, east, north - 44).intersection(ground)
    layout.land.append(Land("public_space", site.name, largest(plaza)))
    across = LineString([(west - 80, y + rng.uniform(-2, 2)), (east + 80, y)]).intersection(site.face)
    layout.paths.append((across, LineClass.FOOTWAY))
    return layout


def market(site: Site, rng: np.random.Generator, *, gates: list[str], names: Sequence[str]) -> Layout:
    """Build a covered market, a row of shops, a sports hall and a pocket park."""
    layout = Layout()
    ground = site.inner.buffer(-10)
    x, y = site.middle.x, site.middle.y
    halls = [box(x - 90 + 46 * n, y + 34, x - 90 + 46 * n + 40, y + 92) for n in range(3)]
    for number, hall in enumerate(halls):
        layout.houses.append(House(hall, "retail", 2, name=names[number]))
    layout.houses.append(House(slab(x - 92, y - 14, 135, 13, stairs=5), "retail", 2, name=names[3]))
    layout.houses.append(House(box(x - 88, y - 104, x - 24, y - 62), "sports", 2, name=names[4]))
    park = blob(x + 36, y - 84, lambda a: np.column_stack([52 + 6 * np.sin(3 * a), 36 + 5 * np.cos(2 * a)]))
    layout.land.append(Land("public_space", names[5], largest(park.intersection(ground))))
    layout.land.append(Land("parcel", site.name, site.inner.buffer(-2)))
    spine = x + 66 + rng.uniform(-3, 3)
    layout.paths.append((LineString([(spine, y - 30), (spine, y + 110)]), LineClass.SERVICE))
    layout.paths.append((LineString([(spine, y + 14), (x - 100, y + 14)]), LineClass.FOOTWAY))
    for side in gates:
        layout.paths.append(
            (site.way_out(spine, y + 110 if side == "north" else y - 30, side), LineClass.SERVICE)
        )
    return _kept_inside(layout, site)


def lake_park(site: Site, _: np.random.Generator, *, names: Sequence[str]) -> Layout:
    """Lay out a lake with an island and a pavilion, paths around it, meadows to the streets."""
    layout = Layout()
    west, south, east, north = site.inner.bounds
    wide, high = 0.31 * (east - west), 0.29 * (north - south)
    x, y = site.middle.x, site.middle.y
    lake = blob(x, y, lambda a: np.column_stack([wide * _shore(a), high * _shore(a)]), corners=120)
    island = blob(
        x - 0.30 * wide,
        y + 0.1 * high,
        lambda a: np.column_stack([26 + 3 * np.sin(3 * a), 17 + 2 * np.cos(a)]),
    )
    layout.land.append(Land("water", names[0], lake.difference(island)))
    layout.land.append(Land("park", site.name, site.inner.buffer(-2).difference(lake.difference(island))))
    layout.houses.append(House(largest(island.centroid.buffer(7, quad_segs=2)), "culture", 2, name=names[1]))
    shore = largest(lake.buffer(13)).simplify(1.5)
    layout.paths.append((LineString(shore.exterior), LineClass.FOOTWAY))
    for angle in np.linspace(0.4, 2 * math.pi + 0.4, 6, endpoint=False):
        layout.paths.append((_spoke(site, shore, angle), LineClass.FOOTWAY))
    hall = box(x + wide + 24, y - 40, x + wide + 62, y - 12)
    layout.houses.append(House(hall, "culture", 2, name=names[2]))
    layout.houses.append(House(box(x - 30, y - high - 52, x + 6, y - high - 34), "retail", 1, name=names[3]))
    return layout


def _shore(angle: np.ndarray) -> np.ndarray:
    shore: np.ndarray = (
        1 + 0.16 * np.sin(2 * angle + 0.5) + 0.09 * np.sin(3 * angle) + 0.04 * np.sin(7 * angle)
    )
    return shore


def _spoke(site: Site, shore: Polygon, angle: float) -> LineString:
    """Return the path from the lake's shore straight out to the street."""
    x, y = site.middle.x, site.middle.y
    ray = LineString([(x, y), (x + 900 * math.cos(angle), y + 900 * math.sin(angle))])
    start = shapely.get_coordinates(ray.intersection(shore.exterior))[-1]
    end = shapely.get_coordinates(ray.intersection(site.face.exterior))[0]
    return LineString([start, end])


def park(site: Site, rng: np.random.Generator) -> Layout:
    """Lay out a small park by the dyke: lawn, a pond, a diagonal path."""
    layout = Layout()
    x, y = site.middle.x, site.middle.y
    pond = blob(x + 6, y + 60, lambda a: np.column_stack([22 + 4 * np.sin(2 * a), 40 + 5 * np.cos(3 * a)]))
    pond = largest(pond.intersection(site.inner.buffer(-14)))
    layout.land.append(Land("water", "", pond))
    layout.land.append(Land("park", site.name, largest(site.inner.buffer(-2).difference(pond))))
    _, south, _, north = site.face.bounds
    path = LineString(
        [(x + rng.uniform(-4, 4), south - 20), (x - 22, y - 30), (x - 24, y + 60), (x, north + 20)]
    )
    layout.paths.append((path.intersection(site.face), LineClass.FOOTWAY))
    return layout


def bank(site: Site, _: np.random.Generator) -> Layout:
    """Plant the green bank of the river."""
    layout = Layout()
    for part in polygons_of(site.inner.buffer(-2), least=150):
        layout.land.append(Land("park", site.name, part))
    return layout


def _kept_inside(layout: Layout, site: Site) -> Layout:
    """Leave out houses and lawns that do not fit, and cut paths at the street's middle."""
    ground = site.inner.buffer(-2)
    paths = [(line.intersection(site.face), line_class) for line, line_class in layout.paths]
    return Layout(
        houses=[house for house in layout.houses if ground.contains(house.shape)],
        paths=[(line, line_class) for line, line_class in paths if line.geom_type == "LineString"],
        walls=layout.walls,
        gates=layout.gates,
        land=[
            Land(each.kind, each.name, largest(each.shape.intersection(site.inner))) for each in layout.land
        ],
    )
