"""Answers about places held against plain computation: shapely for shapes, geodesics for metres, NetworkX for walks."""

import math
import random
from collections.abc import Iterator
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod
from sqlalchemy import Engine, text

from gridmap.core.crs import transformer
from gridmap.core.here import Here
from gridmap.db.collections import BUILDINGS, FACILITIES, PLACES
from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect, transaction
from gridmap.db.spatial import Relation, Unit
from gridmap.errors import Conflict
from gridmap.services.querying import By, find_near, find_nearest, find_within
from gridmap.services.shapes import Asked
from gridmap.services.summing import sum_up
from tests.conftest import copy_of

WGS84 = Geod(ellps="WGS84")
EVERYTHING = Asked()
WORLD = [(120.0, 30.0), (179.999, -17.0), (-179.999, -17.001), (25.0, 69.9), (24.999, 70.0), (10.0, 89.5)]
"""Where facilities crowd: a town, both sides of the antimeridian, the far north, beside the pole."""


@pytest.fixture(scope="module")
def scattered(cluster: Cluster, template_database: str) -> Iterator[Engine]:
    """Engine on facilities around `WORLD`, and L-shaped buildings of 3 to 60 households in the town."""
    draw = random.Random(5)
    points = [
        (lon + draw.uniform(-0.02, 0.02) if abs(lon) < 179 else math.copysign(180 - draw.uniform(0, 0.02), lon),
         lat + draw.uniform(-0.02, 0.02))
        for lon, lat in WORLD for _ in range(40)
    ]  # fmt: skip
    with copy_of(template_database, cluster) as url:
        engine = connect(url)
        with transaction(engine, actor="test") as connection:
            connection.execute(
                text(
                    "INSERT INTO gridmap.facility (name, kind, dataset, source_id, geom) "
                    "VALUES (:name, :kind, 'x', :name, ST_Point(:lon, :lat, 4326))"
                ),
                [
                    {
                        "name": str(number),
                        "kind": "clinic" if number % 3 else "school",
                        "lon": lon,
                        "lat": lat,
                    }
                    for number, (lon, lat) in enumerate(points)
                ],
            )
            connection.execute(
                text(
                    "INSERT INTO gridmap.building (dataset, source_id, households, household_source, floors, geom) "
                    "VALUES ('x', :name, :households, 'declared', 3, ST_GeomFromText(:shape, 4326))"
                ),
                [
                    {"name": str(number), "households": draw.randint(3, 60), "shape": building(draw).wkt}
                    for number in range(120)
                ],
            )
        yield engine
        engine.dispose()


def building(draw: random.Random) -> shapely.Polygon:
    west, south, side = 120 + draw.uniform(0, 0.02), 30 + draw.uniform(0, 0.02), draw.uniform(0.0002, 0.001)
    whole = shapely.box(west, south, west + side, south + side)
    return whole.difference(shapely.box(west + side / 3, south + side / 3, west + side, south + side))


def shapes_of(engine: Engine, table: str) -> dict[int, Any]:
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT id, ST_AsBinary(geom) AS shape FROM gridmap.{table}"))
        return {row.id: shapely.from_wkb(bytes(row.shape)) for row in rows}


def metres_from(here: Here, points: dict[int, Any]) -> dict[int, float]:
    return {key: WGS84.inv(here.lon, here.lat, point.x, point.y)[2] for key, point in points.items()}


places = st.sampled_from(WORLD).flatmap(
    lambda centre: st.tuples(
        st.floats(-0.03, 0.03).map(lambda by: (centre[0] + by + 540) % 360 - 180),
        st.floats(-0.03, 0.03).map(lambda by: centre[1] + by),
    )
)
plain = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@plain
@given(place=places, metres=st.floats(10, 50_000))
def test_near_is_what_geodesics_say(scattered: Engine, place: tuple[float, float], metres: float) -> None:
    here = Here(*place)
    expected = metres_from(here, shapes_of(scattered, "facility"))
    within = {key for key, far in expected.items() if far <= metres - 0.01}
    nearly = {key for key, far in expected.items() if far <= metres + 0.01}
    found = find_near(scattered, FACILITIES, here, metres, EVERYTHING, limit=1000)
    told = {row["id"]: row["properties"]["distance_m"] for row in found.features}
    assert within <= set(told) <= nearly
    assert list(told.values()) == sorted(told.values())
    assert all(abs(far - expected[key]) < 0.01 for key, far in told.items())
    assert found.matched == len(told)


@plain
@given(place=places, count=st.integers(1, 60))
def test_nearest_is_nearest_on_the_ground_not_in_degrees(
    scattered: Engine, place: tuple[float, float], count: int
) -> None:
    here = Here(*place)
    expected = sorted(metres_from(here, shapes_of(scattered, "facility")).values())[:count]
    found = find_nearest(scattered, FACILITIES, here, count, EVERYTHING)
    told = [row["properties"]["distance_m"] for row in found.features]
    assert told == pytest.approx(expected, abs=0.01)
    schools = find_nearest(scattered, FACILITIES, here, count, Asked(filtered="kind = 'school'"))
    assert {row["properties"]["kind"] for row in schools.features} == {"school"}
    assert len(schools.features) == min(count, 80)


def drawn(draw: random.Random) -> shapely.Polygon:
    """Return a star-shaped polygon somewhere in the town."""
    centre = 120 + draw.uniform(0, 0.02), 30 + draw.uniform(0, 0.02)
    rays = [(angle, draw.uniform(0.001, 0.012)) for angle in sorted(draw.uniform(0, 6.28) for _ in range(9))]
    return shapely.Polygon(
        [(centre[0] + far * math.cos(angle), centre[1] + far * math.sin(angle)) for angle, far in rays]
    ).buffer(0)


@pytest.mark.parametrize("seed", range(8))
def test_features_of_a_shape_are_those_of_shapely(scattered: Engine, seed: int) -> None:
    shape = drawn(random.Random(seed))
    asked = Asked(shape=shapely.geometry.mapping(shape))
    buildings = shapes_of(scattered, "building")
    for relation, lies in (
        (Relation.INTERSECTS, shape.intersects),
        (Relation.WITHIN, shape.covers),
        (Relation.STANDS, lambda drawn: shape.intersects(drawn.point_on_surface())),
    ):
        page = find_within(scattered, BUILDINGS, asked, relation=relation, limit=1000)
        assert page.matched.number == sum(1 for one in buildings.values() if lies(one))


@pytest.mark.parametrize("seed", range(4))
def test_counts_of_the_parts_of_a_shape_add_up_to_those_of_the_whole(scattered: Engine, seed: int) -> None:
    shape = drawn(random.Random(seed))
    cut = random.Random(seed).uniform(120, 120.02)
    parts = [shape.intersection(shapely.box(0, 0, cut, 60)), shape.intersection(shapely.box(cut, 0, 180, 60))]
    whole, *halves = (
        sum_up(
            scattered,
            BUILDINGS,
            Unit.GRID,
            Asked(shape=shapely.geometry.mapping(one)),
            sums=["households"],
        ).total
        for one in [shape, *(part for part in parts if not part.is_empty)]
    )
    assert sum(half.count for half in halves) == whole.count
    assert sum(half.sums["households"].total or 0 for half in halves) == (whole.sums["households"].total or 0)


@pytest.mark.parametrize("size", [50, 173.2, 1000])
def test_hexagons_are_those_of_postgis(scattered: Engine, size: float) -> None:
    summary = sum_up(scattered, BUILDINGS, Unit.HEXAGON, EVERYTHING, size_m=size, sums=["households"])
    by_postgis = text("""
        SELECT i, j, count(*) AS number, sum(households) AS households
        FROM (SELECT ST_Transform(ST_PointOnSurface(geom), :srid) AS point, households FROM published.buildings) AS standing
        CROSS JOIN LATERAL (
            SELECT i, j FROM ST_HexagonGrid(:size, ST_Expand(point, 1)) WHERE ST_Intersects(geom, point) LIMIT 1
        ) AS hexagon GROUP BY i, j
    """)
    with scattered.connect() as connection:
        rows = connection.execute(by_postgis, {"srid": summary.srid, "size": size})
        expected = {f"{summary.srid}/{size:g}/{row.i}/{row.j}": (row.number, row.households) for row in rows}
    told = {group.code: (group.count, group.sums["households"].total) for group in summary.groups}
    assert told == expected
    metres = transformer("EPSG:4326", f"EPSG:{summary.srid}")
    [shape] = {group.shape for group in summary.groups[:1]}
    assert shape is not None
    hexagon = shapely.transform(
        shapely.from_geojson(shape), lambda xy: np.column_stack(metres.transform(*xy.T))
    )
    assert hexagon.area == pytest.approx(1.5 * math.sqrt(3) * size**2, rel=1e-3)


STEP = 0.002


@pytest.fixture
def streets(engine: Engine) -> tuple[Engine, "nx.Graph[tuple[int, int]]"]:
    """A square of 6 × 6 crossings 0.002 degrees apart with every third street missing; a facility at each crossing.

    The graph has its crossings and streets with their metres.
    """
    draw = random.Random(11)
    graph = nx.Graph()
    sides = [((x, y), (x + dx, y + dy)) for x in range(6) for y in range(6) for dx, dy in ((1, 0), (0, 1))
             if x + dx < 6 and y + dy < 6]  # fmt: skip
    kept = [side for side in sides if draw.random() > 0.3]
    to_metres = transformer("EPSG:4326", "EPSG:32651")
    with transaction(engine, actor="test") as connection:
        for number, (first, second) in enumerate(kept):
            ends = [(120.5 + x * STEP, 30 + y * STEP) for x, y in (first, second)]
            graph.add_edge(first, second, weight=math.dist(*(to_metres.transform(*end) for end in ends)))
            connection.execute(
                text(
                    "INSERT INTO gridmap.road (class, dataset, source_id, geom) VALUES ('residential', 'x', :name, "
                    "ST_GeomFromText(:shape, 4326))"
                ),
                {"name": str(number), "shape": shapely.LineString(ends).wkt},
            )
        connection.execute(
            text(
                "INSERT INTO gridmap.facility (name, kind, dataset, source_id, geom) "
                "VALUES (:name, 'clinic', 'x', :name, ST_Point(:lon, :lat, 4326))"
            ),
            [
                {"name": f"{x},{y}", "lon": 120.5 + x * STEP, "lat": 30 + y * STEP}
                for x in range(6)
                for y in range(6)
            ],
        )
    largest = max(nx.connected_components(graph), key=len)
    return engine, graph.subgraph(largest)


def test_walks_are_as_long_as_networkx_says(streets: tuple[Engine, Any]) -> None:
    engine, graph = streets
    start = min(graph)
    here = Here(120.5 + start[0] * STEP, 30 + start[1] * STEP)
    expected = nx.single_source_dijkstra_path_length(graph, start)
    for metres in (300.0, 900.0, 3000.0):
        found = find_near(engine, FACILITIES, here, metres, EVERYTHING, by=By.NETWORK)
        told = {
            tuple(map(int, row["properties"]["name"].split(","))): row["properties"]["distance_m"]
            for row in found.features
        }
        near = {node: far for node, far in expected.items() if far <= metres}
        on_streets = {node: far for node, far in told.items() if node in graph}
        assert on_streets == pytest.approx(near, abs=0.05)
        assert found.features[1]["properties"]["minutes"] == pytest.approx(
            found.features[1]["properties"]["distance_m"] / 80, abs=0.1
        )
    nearest = find_nearest(engine, FACILITIES, here, 7, EVERYTHING, by=By.NETWORK)
    seven = [row["properties"]["distance_m"] for row in nearest.features]
    assert seven == pytest.approx(sorted(expected.values())[:7], abs=0.05)


def test_nobody_walks_where_there_are_no_ways(streets: tuple[Engine, Any]) -> None:
    engine, _ = streets
    with pytest.raises(Conflict):
        find_near(engine, FACILITIES, Here(121.5, 30), 500, EVERYTHING, by=By.NETWORK)
    assert find_near(engine, PLACES, Here(120.5, 30), 500, EVERYTHING, by=By.NETWORK).features == []
