"""How the world is cut into tiles."""

import math

import morecantile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.tiling import TILE_MATRIX_SETS, Bounds, TileAddress, TileMatrixSet

SETS = list(TILE_MATRIX_SETS.values())
NAMES = [matrix_set.id for matrix_set in SETS]

any_set = st.sampled_from(SETS)


@st.composite
def addresses(draw: st.DrawFn) -> TileAddress:
    matrix_set = draw(any_set)
    matrix = draw(st.integers(matrix_set.first, matrix_set.last))
    finer = 2 ** (matrix - matrix_set.first)
    return TileAddress(
        matrix_set,
        matrix,
        draw(st.integers(0, matrix_set.columns * finer - 1)),
        draw(st.integers(0, matrix_set.rows * finer - 1)),
    )


@pytest.mark.parametrize("name", ["WebMercatorQuad", "WorldCRS84Quad"])
def test_the_sets_of_the_standard_are_defined_as_it_defines_them(name: str) -> None:
    ours, standard = TILE_MATRIX_SETS[name], morecantile.tms.get(name)
    assert (ours.uri, list(ours.axes)) == (str(standard.uri), standard.orderedAxes)
    for matrix in standard.tileMatrices[: ours.last + 1]:
        number = int(matrix.id)
        assert ours.scale_denominator(number) == pytest.approx(matrix.scaleDenominator, rel=1e-9)
        assert ours.cell_size(number) == pytest.approx(matrix.cellSize, rel=1e-9)
        assert ours.holds(number, matrix.matrixWidth - 1, matrix.matrixHeight - 1)
        assert not ours.holds(number, matrix.matrixWidth, 0)
        assert not ours.holds(number, 0, matrix.matrixHeight)


def test_tianditu_numbers_its_tiles_from_one() -> None:
    tianditu, standard = TILE_MATRIX_SETS["CGCS2000Quad"], TILE_MATRIX_SETS["WorldCRS84Quad"]
    assert not tianditu.holds(0, 0, 0)
    assert tianditu.bounds(1, 0, 0) == Bounds(-180, -90, 0, 90)
    assert tianditu.bounds(15, 26989, 4561) == standard.bounds(14, 26989, 4561)
    assert tianditu.zoom(15) == standard.zoom(14) == 15


@given(addresses())
def test_four_tiles_of_the_next_matrix_make_up_a_tile(address: TileAddress) -> None:
    matrix_set, matrix, column, row = address
    if matrix == matrix_set.last:
        return
    north_west = matrix_set.bounds(matrix + 1, 2 * column, 2 * row)
    south_east = matrix_set.bounds(matrix + 1, 2 * column + 1, 2 * row + 1)
    together = Bounds(north_west.west, south_east.south, south_east.east, north_west.north)
    assert together == pytest.approx(address.bounds, abs=1e-6)


@given(addresses())
def test_a_tile_reaches_beyond_its_edge_by_the_margin(address: TileAddress) -> None:
    bounds, reach = address.bounds, address.reach
    unit = (bounds.east - bounds.west) / 4096
    assert reach.west == pytest.approx(bounds.west - 64 * unit)
    assert reach.north == pytest.approx(bounds.north + 64 * unit)


@pytest.mark.parametrize("matrix_set", SETS, ids=NAMES)
def test_degrees_lie_where_the_projection_puts_them(matrix_set: TileMatrixSet) -> None:
    matrix, column, row = matrix_set.first + 12, 6000, 1500
    west, south, east, north = matrix_set.degrees(matrix_set.bounds(matrix, column, row))
    if matrix_set.srid == 3857:
        width = 2.0**12
        assert west == pytest.approx(column / width * 360 - 180)
        assert math.asinh(math.tan(math.radians(north))) == pytest.approx(math.pi * (1 - 2 * row / width))
    else:
        assert (west, south, east, north) == matrix_set.bounds(matrix, column, row)


@given(st.lists(st.floats(-10, 10), min_size=8, max_size=8))
def test_rectangles_meet_where_they_share_a_point(numbers: list[float]) -> None:
    def of(a: float, b: float, c: float, d: float) -> Bounds:
        return Bounds(min(a, c), min(b, d), max(a, c), max(b, d))

    one, other = of(*numbers[:4]), of(*numbers[4:])
    shared = Bounds(
        max(one.west, other.west),
        max(one.south, other.south),
        min(one.east, other.east),
        min(one.north, other.north),
    )
    assert one.meets(other) == (shared.west <= shared.east and shared.south <= shared.north)
