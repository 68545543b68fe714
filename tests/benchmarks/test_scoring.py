"""One square community of 100 m with four buildings of 200 households; grids are its west and east half.

+----+----+
| a  |  b |
| c  |  d |
+----+----+   a street runs where the halves meet
"""

import geopandas as gpd
import shapely

from benchmarks.scoring import Score, score, slack

TOWN = gpd.GeoDataFrame({"code": ["1"]}, geometry=[shapely.box(0, 0, 100, 100)])
STREET = gpd.GeoDataFrame({"class": ["residential"]}, geometry=[shapely.LineString([(50, 0), (50, 100)])])
HOMES = gpd.GeoDataFrame(
    {"households": [200] * 4},
    geometry=[shapely.box(x, y, x + 10, y + 10) for x in (20, 70) for y in (20, 70)],
)


def scored(*grids: shapely.Geometry, homes: gpd.GeoDataFrame = HOMES) -> Score:
    return score(gpd.GeoDataFrame({"code": ["1"] * len(grids)}, geometry=list(grids)), TOWN, homes, STREET)


def faults(found: Score) -> int:
    return found.faults(slack(TOWN))


def test_two_halves_along_the_street_are_without_fault() -> None:
    found = scored(shapely.box(0, 0, 50, 100), shapely.box(50, 0, 100, 100))
    assert found.in_band.all()
    assert faults(found) == 0
    assert found.households.tolist() == [400, 400]
    assert found.on_roads == 1.0
    assert round(found.weighted_m) == 100


def test_a_border_off_the_street_costs_five_times_as_much() -> None:
    found = scored(shapely.box(0, 0, 40, 100), shapely.box(40, 0, 100, 100))
    assert found.on_lines == 0.0
    assert round(found.weighted_m) == 500


def test_a_building_cut_by_a_border_is_found() -> None:
    found = scored(shapely.box(0, 0, 25, 100), shapely.box(25, 0, 100, 100))
    assert found.cut == 2


def test_a_gap_is_found() -> None:
    found = scored(shapely.box(0, 0, 48, 100), shapely.box(50, 0, 100, 100))
    assert round(found.gap_m2[0]) == 200
    assert faults(found) > 0


def test_an_overlap_is_found() -> None:
    found = scored(shapely.box(0, 0, 53, 100), shapely.box(50, 0, 100, 100))
    assert round(found.overlap_m2[0]) == 300
    assert not found.is_coverage


def test_households_in_no_grid_are_found() -> None:
    assert scored(shapely.box(0, 0, 50, 100)).lost == 400


def test_a_grid_in_pieces_is_found() -> None:
    west = shapely.box(0, 0, 15, 100).union(shapely.box(35, 0, 50, 100))
    assert scored(west, shapely.box(15, 0, 35, 100), shapely.box(50, 0, 100, 100)).multipart == 1


def test_a_grid_out_of_the_band_makes_its_community_so() -> None:
    assert not scored(shapely.box(0, 0, 100, 100)).in_band.any()
