"""Shapes that are drawn without being checked are as valid on the tile as those that are."""

import math
import random
from dataclasses import replace

import mapbox_vector_tile
import pytest
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine, text

from gridmap.core.tiling import CGCS2000_QUAD, WEB_MERCATOR_QUAD, TileAddress, TileMatrixSet
from gridmap.db.collections import COLLECTIONS
from gridmap.db.tiles import LAYERS, statements, tile_statement

BUILDINGS = COLLECTIONS["buildings"]
CENTRE = (120.35, 30.25)
SHAPES = 400


@pytest.fixture(scope="module")
def shapes() -> list[BaseGeometry]:
    draw = random.Random(11)
    drawn = (_shape(draw) for _ in range(3 * SHAPES))
    return [shape for shape in drawn if shape.is_valid][:SHAPES]


def _shape(draw: random.Random) -> BaseGeometry:
    """Return a star of metres or hundreds of metres, turned either way, some with a court, some of two parts."""
    size = 10 ** draw.uniform(-5.3, -3)
    x, y = (middle + draw.uniform(-0.004, 0.004) for middle in CENTRE)
    corners = draw.randint(3, 12)
    turn = draw.choice((1, -1)) * math.tau / corners
    reach = [size * draw.uniform(0.1, 1) for _ in range(corners)]
    ring = [(x + r * math.cos(i * turn), y + r * math.sin(i * turn)) for i, r in enumerate(reach)]
    court = min(reach) * draw.uniform(0.05, 0.3)
    hole = [(x - court, y - court), (x + court, y - court), (x, y + court)]
    star = shapely.Polygon(ring, [hole] if draw.random() < 0.4 else [])
    if draw.random() < 0.3:
        return shapely.MultiPolygon([star, shapely.box(x + 2 * size, y, x + 2.3 * size, y + size * 0.3)])
    return star


def put(engine: Engine, shapes: list[BaseGeometry]) -> None:
    rows = [{"id": str(number), "wkb": shape.wkb} for number, shape in enumerate(shapes)]
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO gridmap.building (dataset, source_id, geom) "
                "VALUES ('shapes', :id, ST_GeomFromWKB(:wkb, 4326))"
            ),
            rows,
        )


def drawn(engine: Engine, address: TileAddress) -> dict[int, BaseGeometry]:
    """Return the buildings of a tile by their ids, in units of the tile, y downwards as it is stored."""
    statement = tile_statement(BUILDINGS, address)
    with engine.connect() as connection:
        body = connection.exec_driver_sql(statement.text, statement.values).scalar_one()
    layers = mapbox_vector_tile.decode(bytes(body), default_options={"y_coord_down": True})
    features = layers["buildings"]["features"] if layers else []
    return {feature["id"]: shapely.geometry.shape(feature["geometry"]) for feature in features}


def parts(shape: BaseGeometry) -> list[shapely.Polygon]:
    return [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]


@pytest.mark.parametrize("matrix_set", [WEB_MERCATOR_QUAD, CGCS2000_QUAD], ids=lambda found: found.id)
@pytest.mark.parametrize("zoom", [13, 14, 16, 18, 20])
def test_shapes_with_room_are_drawn_as_those_that_are_checked(
    engine: Engine,
    shapes: list[BaseGeometry],
    monkeypatch: pytest.MonkeyPatch,
    matrix_set: TileMatrixSet,
    zoom: int,
) -> None:
    put(engine, shapes)
    matrix = zoom - matrix_set.zoom_of_first + matrix_set.first
    address = TileAddress(matrix_set, matrix, *matrix_set.over(matrix, *CENTRE))
    quick = drawn(engine, address)
    checked_always = {**LAYERS, "buildings": replace(LAYERS["buildings"], has_clearance=False)}
    monkeypatch.setattr(statements, "LAYERS", checked_always)
    statements._text.cache_clear()
    checked = drawn(engine, address)
    statements._text.cache_clear()
    assert quick.keys() == checked.keys()
    assert quick
    for number, shape in quick.items():
        assert shape.is_valid, shapely.is_valid_reason(shape)
        assert all(part.exterior.is_ccw for part in parts(shape))
        assert shape.hausdorff_distance(checked[number]) <= 2.5
