"""Shapes as one run of bytes, moved without being unpacked."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, box

from gridmap.core.topology import Geometries
from gridmap.core.wkb import Shapes

RING = Polygon(box(0, 0, 9, 9).exterior, holes=[box(1, 1, 2, 2).exterior, box(4, 4, 5, 5).exterior])
KINDS = [
    Point(1, 2),
    LineString([(0, 0), (1, 1), (2, 0)]),
    RING,
    MultiPoint([(0, 0), (5, 5)]),
    MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3), (4, 4)]]),
    MultiPolygon([RING, box(20, 20, 21, 21)]),
    Polygon(),
    MultiPolygon(),
]


def packed(shapes: Geometries, *, srid: bool = False) -> Shapes:
    written = shapely.to_wkb(shapely.set_srid(shapes, 4326), include_srid=srid, byte_order=1)
    first = np.concatenate([[0], np.cumsum([len(shape) for shape in written])]).astype(np.int64)
    return Shapes(np.frombuffer(b"".join(written), dtype=np.uint8), first)


@settings(deadline=None)
@given(st.lists(st.sampled_from(KINDS), max_size=12), st.booleans())
def test_coordinates_are_those_of_shapely_and_moving_moves_them(chosen: list, srid: bool) -> None:
    shapes = np.array(chosen, dtype=object)
    run = packed(shapes, srid=srid)
    assert (run.coordinates() == shapely.get_coordinates(shapes)).all()
    moved = run.moved(lambda points: points + np.array([100, 7])).geometries()
    expected = shapely.transform(shapes, lambda points: points + np.array([100, 7]))
    assert (shapely.to_wkt(moved) == shapely.to_wkt(expected)).all()
    assert (run.geometries() == shapes).all()


@pytest.mark.parametrize(
    "blob",
    [
        shapely.to_wkb(Point(1, 2), byte_order=0),
        shapely.to_wkb(Point(1, 2, 3), output_dimension=3, byte_order=1, flavor="iso"),
        shapely.to_wkb(Point(1, 2), byte_order=1)[:-1],
        b"",
    ],
)
def test_what_is_no_plane_shape_is_refused(blob: bytes) -> None:
    run = Shapes(np.frombuffer(blob, dtype=np.uint8), np.array([0, len(blob)]))
    with pytest.raises(ValueError, match=r"WKB|plane"):
        run.coordinates()
