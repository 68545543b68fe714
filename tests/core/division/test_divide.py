"""The whole way, on tiny towns: clean ones, and every kind of dirt that real data brings."""

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from gridmap.core.division import CertificateKind, Division, FindingKind, divide
from gridmap.core.model import Band, Verdict
from gridmap.errors import Invalid

CRS = "EPSG:32650"
PLOT = 20
SMALL = Band(30, 50)


def table(shapes: Sequence[BaseGeometry | None], **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def house(column: float, row: float, size: float = 12) -> Polygon:
    """Return a square house in the middle of a plot of 20 m; columns run east, rows north."""
    x, y = PLOT * (column + 0.5), PLOT * (row + 0.5)
    return box(x - size / 2, y - size / 2, x + size / 2, y + size / 2)


def community(*shapes: BaseGeometry) -> gpd.GeoDataFrame:
    codes = [f"C{number}" for number in range(len(shapes))]
    return table(shapes, code=codes, name=codes)


def buildings(shapes: Sequence[BaseGeometry | None], households: Any) -> gpd.GeoDataFrame:
    counts = [households] * len(shapes) if isinstance(households, int) else households
    return table(shapes, households=counts, source_id=[f"b{number}" for number in range(len(shapes))])


def roads(*lines: list[tuple[float, float]], kind: str = "residential") -> gpd.GeoDataFrame:
    return table([LineString(line) for line in lines], **{"class": [kind] * len(lines)})


def rows_of_houses(columns: int, rows: int) -> list[Polygon]:
    return [house(column, row) for row in range(rows) for column in range(columns)]


def divided(
    communities: gpd.GeoDataFrame,
    built: gpd.GeoDataFrame | None,
    lines: gpd.GeoDataFrame | None = None,
    **options: Any,
) -> list[Division]:
    """Divide a town of buildings and check all that must hold for any."""
    given_lines = lines if lines is not None else roads()
    band = options.pop("band", SMALL)
    found = divide(communities, buildings=built, cells=None, lines=given_lines, band=band, **options)
    check(found, communities, built)
    return found


def check(found: Sequence[Division], communities: gpd.GeoDataFrame, built: gpd.GeoDataFrame | None) -> None:
    grids = pd.concat([one.grids for one in found], ignore_index=True)
    assert set(grids.geometry.geom_type) == {"Polygon"}
    assert shapely.coverage_is_valid(grids.geometry.to_numpy())
    for division, outline in zip(found, shapely.make_valid(communities.geometry.to_numpy()), strict=True):
        own = division.grids
        tiled = shapely.union_all(own.geometry.to_numpy())
        assert outline.symmetric_difference(tiled).area <= 0.02 * outline.length
        assert own["households"].sum() == division.households
        assert list(own["sequence"]) == list(range(1, len(own) + 1))
        if built is not None:
            check_buildings(division, built.loc[division.assignment.index], outline)


def check_buildings(division: Division, built: gpd.GeoDataFrame, outline: BaseGeometry) -> None:
    grid = division.grids.set_index("sequence").geometry
    counted = built["households"].astype("Float64").fillna(0).astype(int)
    held = counted.groupby(division.assignment).sum()
    for sequence, households in zip(division.grids["sequence"], division.grids["households"], strict=True):
        assert held.get(sequence, 0) == households
    for label, shape in shapely.make_valid(built.geometry).items():
        own, inside = grid[division.assignment[label]], shape.intersection(outline)
        assert own.distance(inside.point_on_surface()) < 0.002
        if counted[label] > 0:
            assert inside.difference(own).area <= max(2.0, 0.05 * inside.area)


def kinds(division: Division) -> set[FindingKind]:
    return {finding.kind for finding in division.findings}


def test_three_by_three_is_cut_along_the_street() -> None:
    """Nine houses, a street between the second and the third column; grids of 60 to 100.

    20 | 10 || 30        90 households lie west of the street, 90 east of it:
    20 | 10 || 30        two grids, and the street is the border.
    20 | 10 || 30
    """
    built = buildings(rows_of_houses(3, 3), [20, 10, 30] * 3)
    street = roads([(40, -10), (40, 70)])
    found = divided(community(box(0, 0, 60, 60)), built, street, band=Band(60, 100))[0]
    assert found.verdict is Verdict.DIVIDED
    assert list(found.grids["households"]) == [90, 90]
    assert found.score["on_roads"] == pytest.approx(1)
    assert list(found.assignment) == [1, 1, 2] * 3


def test_a_town_without_lines_is_divided_between_houses() -> None:
    found = divided(community(box(0, 0, 120, 120)), buildings(rows_of_houses(6, 6), 10))[0]
    assert found.verdict is Verdict.DIVIDED
    assert found.grids["in_band"].all()
    assert FindingKind.NO_LINES in kinds(found)


def test_556_households_are_proved_impossible_and_still_get_grids() -> None:
    counts = [15] * 35 + [31]
    built = buildings(rows_of_houses(6, 6), counts)
    found = divided(community(box(0, 0, 120, 120)), built, band=Band(300, 500))[0]
    assert found.households == 556
    assert found.verdict is Verdict.INFEASIBLE
    assert found.certificate is not None
    assert found.certificate.kind is CertificateKind.ARITHMETIC
    assert "556" in found.certificate.text.zh
    assert (~found.grids["in_band"]).sum() == 1


def test_a_tower_over_the_band_is_named_and_the_rest_is_in_band() -> None:
    built = buildings(rows_of_houses(6, 6), [10] * 35 + [61])
    found = divided(community(box(0, 0, 120, 120)), built)[0]
    assert found.verdict is Verdict.INFEASIBLE
    assert found.certificate is not None
    assert found.certificate.facts["cells"] == [{"cell": 35, "name": "b35", "households": 61}]
    assert list(found.grids.loc[~found.grids["in_band"], "households"]) == [61]


@pytest.mark.parametrize("built", [None, buildings([], []), buildings(rows_of_houses(3, 3), [0] * 9)])
def test_a_community_without_households_is_one_dedicated_grid(built: gpd.GeoDataFrame | None) -> None:
    found = divided(community(box(0, 0, 60, 60)), built, roads([(20, -5), (20, 65)]))[0]
    assert found.verdict is Verdict.DIVIDED
    assert list(found.grids["kind"]) == ["dedicated"]
    assert FindingKind.NO_HOUSEHOLDS in kinds(found)


def test_points_without_outlines_are_enough() -> None:
    points = [shape.centroid for shape in rows_of_houses(6, 6)]
    found = divided(community(box(0, 0, 120, 120)), buildings(points, 10))[0]
    assert found.verdict is Verdict.DIVIDED


def test_many_points_at_one_place_stay_together() -> None:
    points = [Point(30, 30)] * 3 + [Point(90, 90)] * 4
    found = divided(community(box(0, 0, 120, 120)), buildings(points, 10))[0]
    assert sorted(found.grids["households"]) == [30, 40]


def test_overlapping_and_repeated_outlines_are_counted_whole() -> None:
    shapes = [*rows_of_houses(6, 6), house(0, 0), house(2.4, 2), house(5, 5, 30)]
    found = divided(community(box(0, 0, 125, 125)), buildings(shapes, 8))[0]
    assert found.households == 39 * 8
    assert {FindingKind.DUPLICATE, FindingKind.OVERLAPPING} <= kinds(found)


def test_a_podium_under_two_towers_is_no_building() -> None:
    shapes = [box(10, 10, 110, 50), box(15, 15, 35, 45), box(80, 15, 100, 45)]
    found = divided(community(box(0, 0, 120, 60)), buildings(shapes, [0, 40, 40]))[0]
    assert list(found.grids["households"]) == [40, 40]
    assert FindingKind.PODIUM in kinds(found)


def test_a_home_across_a_road_stays_whole() -> None:
    shapes = [house(0, 0), house(3, 0), box(30, 5, 50, 15)]
    found = divided(community(box(0, 0, 80, 20)), buildings(shapes, 30), roads([(40, -5), (40, 25)]))[0]
    assert FindingKind.ASTRIDE_LINE in kinds(found)
    assert FindingKind.BUILDING_CUT not in kinds(found)
    assert found.verdict is Verdict.DIVIDED


def test_a_home_across_a_community_line_belongs_to_the_larger_part() -> None:
    shapes = [house(0, 0), house(5, 0), box(54, 4, 64, 16)]
    both = community(box(0, 0, 60, 20), box(60, 0, 120, 20))
    west, east = divided(both, buildings(shapes, [30, 30, 10]))
    assert (west.households, east.households) == (40, 30)
    assert FindingKind.ASTRIDE_COMMUNITY in kinds(west)


def test_terraced_houses_are_not_cut_by_the_lines_between_them() -> None:
    shapes = [box(6.3 * number, y, 6.3 * (number + 1), y + 11) for number in range(20) for y in (5, 17, 40)]
    divided(community(box(-5, 0, 135, 60)), buildings(shapes, 5))


def test_dangling_repeated_and_crossing_roads_do_no_harm() -> None:
    lines = roads(
        [(60, -9), (60, 50)],
        [(60, 50), (60, -9)],
        [(-5, 61), (130, 61)],
        [(130, 61), (70, 61)],
        [(5, 5), (5, 5.1)],
    )
    found = divided(community(box(0, 0, 120, 120)), buildings(rows_of_houses(6, 6), 10), lines)[0]
    assert found.verdict is Verdict.DIVIDED


def test_separate_parts_are_divided_each_by_itself() -> None:
    parts = MultiPolygon([box(0, 0, 60, 60), box(200, 0, 260, 60), box(400, 400, 420, 420)])
    shapes = rows_of_houses(3, 3) + [house(column + 10, row) for row in range(3) for column in range(3)]
    found = divided(community(parts), buildings(shapes, 10))[0]
    assert found.verdict is Verdict.DIVIDED
    assert sorted(found.grids["kind"])[0] == "dedicated"
    assert FindingKind.SEPARATE_PARTS in kinds(found)


def test_a_part_too_small_for_a_grid_makes_the_community_infeasible() -> None:
    parts = MultiPolygon([box(0, 0, 60, 60), box(200, 0, 220, 20)])
    shapes = [*rows_of_houses(3, 3), house(10, 0)]
    found = divided(community(parts), buildings(shapes, 10))[0]
    assert found.verdict is Verdict.INFEASIBLE
    assert found.certificate is not None
    assert "独立部分" in found.certificate.text.zh
    assert found.grids["in_band"].sum() >= 2


def test_an_l_shaped_community_with_a_courtyard_block_is_tiled() -> None:
    shape = box(0, 0, 120, 120).difference(box(60, 60, 120, 120)).difference(box(22, 22, 38, 38))
    inside = [one for one in rows_of_houses(6, 6) if shape.contains(one)]
    divided(community(shape), buildings(inside, 10))


def test_a_median_is_shared_by_both_sides_and_its_border_counts_as_road() -> None:
    """A dual carriageway with a median of 8 m from west to east between two rows of houses."""
    shapes = [house(column, row) for column in range(4) for row in (0, 2)]
    lines = roads([(-5, 26), (85, 26)], [(-5, 34), (85, 34)], kind="primary")
    found = divided(community(box(0, 0, 80, 60)), buildings(shapes, 10), lines)[0]
    assert len(found.grids) == 2
    assert found.score["on_roads"] == pytest.approx(1)
    assert found.grids.geometry.iloc[0].bounds[1] == pytest.approx(30, abs=1)


def test_a_strip_along_the_community_line_goes_to_the_cells_across() -> None:
    shapes = [house(column, 0) for column in range(8)]
    found = divided(community(box(0, -6, 160, 20)), buildings(shapes, 10), roads([(-5, 0), (165, 0)]))[0]
    assert all(abs(shape.bounds[1] + 6) < 0.01 for shape in found.grids.geometry)


def test_an_empty_block_is_a_cell_by_itself() -> None:
    shapes = [one for one in rows_of_houses(6, 3) if one.centroid.x > 40]
    found = divided(community(box(0, 0, 120, 60)), buildings(shapes, 10), roads([(40, -5), (40, 65)]))[0]
    park = box(0, 0, 40, 60)
    assert any(grid.buffer(0.01).covers(park) for grid in found.grids.geometry)


def test_neighbouring_communities_match_exactly_whatever_crosses_their_line() -> None:
    both = community(box(0, 0, 117.3, 120), Polygon([(117.3, 0), (240, 7), (240, 111), (117.3, 120)]))
    shapes = [one for one in rows_of_houses(12, 6) if both.contains(one).any()]
    divided(both, buildings(shapes, 9), roads([(-5, 63), (250, 55)], [(33, -5), (210, 130)]))


def test_overlapping_communities_are_told_apart_by_code() -> None:
    both = community(box(0, 0, 70, 60), box(60, 0, 120, 60))
    shapes = [house(0, 0), house(5, 0)]
    found = divide(both, buildings=buildings(shapes, 40), cells=None, lines=roads(), band=SMALL)
    assert FindingKind.OVERLAPPING_COMMUNITY in kinds(found[1])
    assert found[1].grids.geometry.area.sum() == pytest.approx(3000)
    assert found[0].grids.geometry.area.sum() == pytest.approx(4200)


def test_invalid_communities_and_buildings_are_repaired() -> None:
    bow_tie = Polygon([(0, 0), (60, 60), (60, 0), (0, 60)])
    found = divide(
        community(bow_tie),
        buildings=buildings([Polygon([(50, 25), (58, 35), (58, 25), (50, 35)]), house(0, 1), None], 40),
        cells=None,
        lines=roads(),
        band=SMALL,
    )[0]
    assert found.households == 80
    assert FindingKind.INVALID_GEOMETRY in kinds(found)


def test_the_same_input_and_seed_give_the_same_result_in_any_company() -> None:
    one, other = box(0, 0, 120, 120), box(500, 0, 620, 120)
    shapes = rows_of_houses(6, 6)
    far = [house(column + 25, row) for row in range(6) for column in range(6)]
    alone = divided(community(one), buildings(shapes, 9), seed=3)[0]
    again = divided(community(one), buildings(shapes, 9), seed=3)[0]
    company = divided(community(one, other), buildings([*shapes, *far], 9), seed=3)[0]
    pd.testing.assert_series_equal(alone.assignment, again.assignment)
    pd.testing.assert_series_equal(alone.assignment, company.assignment, check_index_type=False)


def test_small_areas_are_cells_and_redraw_the_community() -> None:
    areas = [
        box(30 * column - 2, 30 * row, 30 * column + 28, 30 * row + 30)
        for column in range(4)
        for row in range(4)
    ]
    cells = table(areas, households=[10] * 16, source_id=[f"s{number}" for number in range(16)])
    official = community(box(0, 0, 60, 120), box(60, 0, 119, 120))
    found = divide(official, buildings=None, cells=cells, lines=roads(), band=SMALL)
    assert [one.verdict for one in found] == [Verdict.DIVIDED] * 2
    assert found[0].grids.geometry.union_all().bounds == pytest.approx((-2, 0, 58, 120))
    assert FindingKind.LINE_REDRAWN in kinds(found[0])
    grids = pd.concat([one.grids for one in found])
    assert shapely.coverage_is_valid(grids.geometry.to_numpy())


def test_slits_between_small_areas_are_filled_and_open_land_is_kept() -> None:
    areas = [box(0, 0, 50, 100), box(50, 0, 100, 100).difference(box(50, 20, 50.5, 80))]
    cells = table(areas, households=[30, 30], source_id=["west", "east"])
    official = community(box(-9, -9, 200, 109))
    found = divide(official, buildings=None, cells=cells, lines=roads(), band=SMALL)[0]
    assert found.verdict is Verdict.DIVIDED
    tiled = found.grids.geometry.union_all()
    assert tiled.covers(box(0, 0, 180, 100).buffer(-0.01))
    assert not tiled.intersects(box(-9, -9, -1, 109))


def test_a_community_of_small_areas_beside_one_of_buildings() -> None:
    cells = table([box(60, 0, 80, 60), box(80, 0, 121, 60)], households=[20, 20], source_id=["s", "t"])
    both = community(box(0, 0, 61, 60), box(61, 0, 120, 60))
    found = divide(
        both, buildings=buildings([*rows_of_houses(6, 3)], 5), cells=cells, lines=roads(), band=SMALL
    )
    assert [one.households for one in found] == [45, 40]
    grids = pd.concat([one.grids for one in found])
    assert shapely.coverage_is_valid(grids.geometry.to_numpy())
    assert grids.geometry.union_all().area == pytest.approx(121 * 60, abs=1)


def test_a_small_area_less_than_60_percent_inside_is_named() -> None:
    cells = table([box(0, 0, 60, 60), box(55, 60, 64, 70)], households=[35, 2], source_id=["s", "mostly"])
    both = community(box(0, 0, 60, 80), box(60, 0, 120, 80))
    found = divide(both, buildings=None, cells=cells, lines=roads(), band=SMALL)
    named = [finding for finding in found[0].findings if finding.kind is FindingKind.BARELY_INSIDE]
    assert named[0].where == ("mostly",)


def test_refusals_say_what_is_wrong() -> None:
    town, nothing = community(box(0, 0, 60, 60)), buildings([], [])
    with pytest.raises(Invalid, match="not a metric CRS"):
        divide(town.set_crs(4326, allow_override=True), buildings=None, cells=None, lines=roads())
    other = buildings([house(0, 0)], 3).set_crs(32651, allow_override=True)
    with pytest.raises(Invalid, match="one CRS"):
        divide(town, buildings=other, cells=None, lines=roads())
    with pytest.raises(Invalid, match="repeat"):
        divide(pd.concat([town, town]), buildings=nothing, cells=None, lines=roads())
    with pytest.raises(Invalid, match="without area"):
        divide(community(Polygon()), buildings=nothing, cells=None, lines=roads())


def test_progress_is_reported_and_may_cancel() -> None:
    class Cancelled(Exception):
        pass

    seen = []

    def progress(stage: str, done: int, total: int) -> None:
        seen.append((stage, done, total))
        if stage == "search":
            raise Cancelled

    with pytest.raises(Cancelled):
        divided(community(box(0, 0, 60, 60)), buildings(rows_of_houses(3, 3), 10), progress=progress)
    assert seen[-1] == ("search", 1, 1)


def test_quality_costs_no_more_than_fast() -> None:
    rng = np.random.default_rng(5)
    built = buildings(rows_of_houses(12, 12), [int(count) for count in rng.integers(1, 12, 144)])
    lines = roads([(100, -5), (100, 300)], [(-5, 140), (300, 140)])
    cost = [
        divided(community(box(0, 0, 240, 240)), built, lines, mode=mode)[0].score["weighted_border_m"]
        for mode in ("fast", "quality")
    ]
    assert cost[1] <= 1.02 * cost[0]


spot = st.tuples(
    st.floats(-10, 110), st.floats(-10, 110), st.floats(3, 30), st.floats(3, 30), st.floats(0, 90)
)
road = st.tuples(st.floats(-20, 120), st.floats(-20, 120), st.floats(-20, 120), st.floats(-20, 120))


@given(
    spots=st.lists(spot, max_size=14),
    lines=st.lists(road, max_size=5),
    counts=st.lists(st.one_of(st.none(), st.integers(0, 55)), min_size=14, max_size=14),
    is_split=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_whatever_the_town_its_grids_tile_it_and_hold_every_household(
    spots: list, lines: list, counts: list, *, is_split: bool
) -> None:
    shapes = [
        shapely.affinity.rotate(box(x - width / 2, y - depth / 2, x + width / 2, y + depth / 2), angle)
        for x, y, width, depth, angle in spots
    ]
    whole = MultiPolygon([box(0, 0, 70, 100), box(75, 0, 100, 100)]) if is_split else box(0, 0, 100, 100)
    built = buildings(shapes, pd.array(counts[: len(shapes)], dtype="Int64"))
    drawn = roads(*[[(a, b), (c, d)] for a, b, c, d in lines if (a, b) != (c, d)])
    found = divide(community(whole), buildings=built, cells=None, lines=drawn, band=SMALL)
    one = found[0]
    assert set(one.grids.geometry.geom_type) == {"Polygon"}
    assert shapely.coverage_is_valid(one.grids.geometry.to_numpy())
    tiled = shapely.union_all(one.grids.geometry.to_numpy())
    assert whole.symmetric_difference(tiled).area <= 0.02 * whole.length
    inside = built.loc[one.assignment.index]
    assert one.grids["households"].sum() == inside["households"].sum() == one.households
    grid = one.grids.set_index("sequence").geometry
    for label, shape in inside.geometry.items():
        assert grid[one.assignment[label]].distance(shape.intersection(whole).point_on_surface()) < 0.002
    if one.verdict is Verdict.DIVIDED and one.households:
        assert one.grids.loc[one.grids["kind"] == "general", "in_band"].all()


def test_the_number_of_threads_changes_nothing() -> None:
    far = [house(column + 25, row) for row in range(6) for column in range(6)]
    towns = community(box(0, 0, 120, 120), box(500, 0, 620, 120))
    built = buildings([*rows_of_houses(6, 6), *far], 9)
    for one, other in zip(divided(towns, built, threads=1), divided(towns, built, threads=3), strict=True):
        pd.testing.assert_series_equal(one.assignment, other.assignment)
