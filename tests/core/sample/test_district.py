"""The sample district: sound shapes, one walking network, and the truths planted in it."""

import unicodedata
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from gridmap.core.division import divide
from gridmap.core.model import Band, CommunityType, LineClass, Verdict
from gridmap.core.sample import SampleDistrict, SampleSettings, generate
from gridmap.errors import Invalid
from gridmap.io.sample import SEED, read_plan
from gridmap.io.schemas import kind_of
from gridmap.settings import REPOSITORY

PLAN = REPOSITORY / "data" / "sample"
UTM = "EPSG:32658"
EXACT, TOWER, WALLED = "999901001005", "云塔", "望湖苑"
BEYOND_THE_RAILWAY = {"东湾路", "东堤路", "东湾巷"}
BARRIERS = {"river", "railway", "wall"}


@cache
def district() -> SampleDistrict:
    return generate(read_plan(PLAN), np.random.default_rng(SEED))


def metric(name: str) -> gpd.GeoDataFrame:
    return getattr(district(), name).to_crs(UTM)


def counted_buildings() -> gpd.GeoDataFrame:
    """Return the buildings with the counts that the table of households gives them."""
    table = district().households.copy()
    table["house_number"] = [unicodedata.normalize("NFKC", number) for number in table["house_number"]]
    return metric("buildings").merge(table[["house_number", "street", "households"]], how="left")


class Walking:
    """The network cut into steps of at most 6 m; a point walks from the nearest step's end."""

    def __init__(self, roads: gpd.GeoDataFrame) -> None:
        lines = shapely.segmentize(roads[~roads["class"].isin(BARRIERS)].geometry.to_numpy(), 6.0)
        points, owner = shapely.get_coordinates(lines, return_index=True)
        nodes, place = np.unique(np.round(points, 2), axis=0, return_inverse=True)
        place = place.ravel()
        same = owner[1:] == owner[:-1]
        start, end = place[:-1][same], place[1:][same]
        length = np.maximum(np.hypot(*(nodes[start] - nodes[end]).T), 1e-6)
        self.graph = coo_array((length, (start, end)), shape=(len(nodes), len(nodes))).tocsr()
        self.tree = cKDTree(nodes)

    def metres(self, sources: gpd.GeoSeries, targets: gpd.GeoSeries) -> np.ndarray:
        """Return the way of each target to its nearest source."""
        away, start = self.tree.query(shapely.get_coordinates(sources.centroid))
        far, end = self.tree.query(shapely.get_coordinates(targets.centroid))
        ways = dijkstra(self.graph, directed=False, indices=start)[:, end] + away[:, None] + far[None, :]
        return ways.min(axis=0)


def test_the_same_seed_gives_the_same_district_and_another_seed_another() -> None:
    settings = read_plan(PLAN)
    again, other = (generate(settings, np.random.default_rng(seed)) for seed in (SEED, SEED + 1))
    for name in ("areas", "buildings", "roads", "places", "facilities", "organisations", "matters"):
        assert getattr(again, name).equals(getattr(district(), name)), name
    pd.testing.assert_frame_equal(again.residents, district().residents)
    assert not other.buildings.geometry.equals(district().buildings.geometry)


@pytest.mark.parametrize(
    "kind",
    ["areas", "buildings", "roads", "places", "facilities", "organisations", "households", "residents"],
)
def test_columns_are_fields_of_the_import_of_that_kind(kind: str) -> None:
    fields = {field.name for field in kind_of(kind).fields} | {"lon", "lat"}
    assert set(getattr(district(), kind).columns) - {"geometry"} <= fields


def test_every_kind_of_community_is_there_and_they_tile_the_street() -> None:
    areas = metric("areas")
    communities = areas[areas["level"] == "community"]
    assert set(communities["type"]) == set(CommunityType)
    assert shapely.coverage_is_valid(communities.geometry.to_numpy())
    gap = areas.geometry.iloc[0].symmetric_difference(shapely.union_all(communities.geometry.to_numpy()))
    assert gap.area < 1.0


def test_it_is_of_the_size_of_a_street_and_lies_in_the_open_ocean() -> None:
    assert 15_000 <= sum(district().expected_households.values()) <= 25_000
    assert 600 <= len(district().buildings) <= 1_100
    west, south, east, north = district().areas.total_bounds
    assert west > 164.9
    assert south > 29.9
    assert east < 165.1
    assert north < 30.1


def test_houses_are_sound_and_stand_neither_in_each_other_nor_on_paths() -> None:
    houses, roads = metric("buildings"), metric("roads")
    assert houses.geometry.is_valid.all()
    assert houses.geometry.area.min() > 30
    one, two = shapely.STRtree(houses.geometry.to_numpy()).query(
        houses.geometry.to_numpy(), predicate="intersects"
    )
    pairs = one < two
    shapes = houses.geometry.to_numpy()
    assert shapely.area(shapely.intersection(shapes[one[pairs]], shapes[two[pairs]])).max(initial=0.0) < 0.01
    ways = roads[roads["class"] != "wall"].geometry.to_numpy()
    assert len(shapely.STRtree(ways).query(shapes, predicate="crosses")[0]) == 0


def test_no_house_stands_astride_two_communities_or_in_the_water() -> None:
    houses, areas, places = metric("buildings"), metric("areas"), metric("places")
    communities = areas[areas["level"] == "community"].geometry.to_numpy()
    inside = shapely.STRtree(communities).query(houses.geometry.to_numpy(), predicate="within")
    assert len(inside[0]) == len(houses)
    water = places[places["kind"] == "water"].geometry.to_numpy()
    assert len(shapely.STRtree(water).query(houses.geometry.to_numpy(), predicate="intersects")[0]) == 0


def test_lines_of_all_useful_classes_form_one_network_that_goes_through_walls_at_gates_only() -> None:
    roads = metric("roads")
    missing = {LineClass.MOTORWAY, LineClass.STEPS}
    assert set(roads["class"]) == set(LineClass) - missing
    graph = Walking(roads).graph
    assert connected_components(graph, directed=False)[0] == 1
    walls = roads[roads["class"] == "wall"].geometry.to_numpy()
    ways = roads[~roads["class"].isin(BARRIERS)].geometry.to_numpy()
    assert len(shapely.STRtree(walls).query(ways, predicate="intersects")[0]) == 0


def test_counts_agree_with_what_is_expected_of_each_community() -> None:
    houses, areas = counted_buildings(), metric("areas")
    houses["geometry"] = houses.representative_point()
    joined = houses.sjoin(areas[areas["level"] == "community"][["code", "geometry"]], predicate="within")
    assert joined.groupby("code")["households"].sum().astype(int).to_dict() == dict(
        district().expected_households
    )
    assert set(houses[houses["households"].isna() & (houses["use"] == "residential")]["source_id"]) == set(
        district().uncounted
    )


def test_one_community_has_exactly_556_households_and_one_tower_612() -> None:
    houses = counted_buildings()
    assert district().expected_households[EXACT] == 556
    assert houses[houses["name"] == TOWER]["households"].tolist() == [612]


def test_all_communities_can_be_divided_but_those_two_which_are_proved_infeasible() -> None:
    areas = metric("areas")
    divisions = divide(
        areas[areas["level"] == "community"],
        buildings=counted_buildings(),
        cells=None,
        lines=metric("roads"),
        band=Band(),
        seed=1,
    )
    verdicts = {division.code: division.verdict for division in divisions}
    infeasible = {code for code, verdict in verdicts.items() if verdict is Verdict.INFEASIBLE}
    assert infeasible == {EXACT, "999901001004"}
    assert set(verdicts.values()) == {Verdict.DIVIDED, Verdict.INFEASIBLE}
    certificate = next(each.certificate for each in divisions if each.code == "999901001004")
    assert certificate is not None
    assert TOWER in certificate.text.zh
    assert "612" in certificate.text.zh


def test_the_quarter_beyond_the_railway_has_no_day_care_within_500_metres_on_foot() -> None:
    houses, facilities = counted_buildings(), metric("facilities")
    lived_in = houses[houses["households"] > 0]
    care = facilities[facilities["kind"] == "day_care"].geometry
    beyond = lived_in[lived_in["street"].isin(BEYOND_THE_RAILWAY)]
    elsewhere = lived_in[~lived_in["street"].isin(BEYOND_THE_RAILWAY)]
    walking = Walking(metric("roads"))
    assert walking.metres(care, beyond.geometry).min() > 500
    assert np.quantile(walking.metres(care, elsewhere.geometry), 0.95) < 500


def test_a_gate_that_is_never_open_more_than_doubles_the_walk_from_a_walled_compound_to_the_station() -> None:
    houses, facilities, roads = metric("buildings"), metric("facilities"), metric("roads")
    places = metric("places")
    gates = places[(places["kind"] == "gate") & places["name"].str.startswith(WALLED, na=False)]
    assert gates["hours"].fillna("").tolist() == ["", "关闭"]
    shut = gates[gates["hours"].notna()].geometry.iloc[0]
    station = facilities[facilities["name"] == "望湖社区综合服务站"].geometry
    homes = houses[houses["name"].fillna("").str.startswith(WALLED)]
    south = homes.loc[[homes.distance(station.iloc[0]).idxmin()]].geometry
    barred = roads.assign(geometry=roads.geometry.difference(shut.buffer(2.0))).explode()
    now = Walking(barred).metres(station, south)[0]
    then = Walking(roads).metres(station, south)[0]
    straight = south.centroid.distance(station.iloc[0]).iloc[0]
    assert now > 2 * then
    assert now > 4 * straight


def test_candidate_rooms_and_plots_have_floor_area_and_cost() -> None:
    places = district().places
    candidates = places[places["kind"].isin({"vacant_room", "shared_room", "plot"})]
    assert set(candidates["kind"]) == {"vacant_room", "shared_room", "plot"}
    assert (candidates[["floor_area_m2", "cost"]] > 0).all(axis=None)


def test_nothing_tells_who_a_resident_is() -> None:
    assert list(district().residents.columns) == [
        "building",
        "household",
        "birth_year",
        "sex",
        "registration",
    ]
    people = len(district().residents) / sum(district().expected_households.values())
    assert 2.3 < people < 2.8


def test_roles_have_made_up_names_and_numbers_that_nobody_answers() -> None:
    roles = district().roles
    assert roles["holder"].str.startswith("示例").all()
    assert roles["holder"].is_unique
    assert roles["contact"].str.startswith("000-").all()


def test_matters_are_in_states_of_their_kind_and_closed_only_in_the_last_ones() -> None:
    kinds = district().matter_kinds.set_index("kind")
    for matter in district().matters.itertuples():
        ends = kinds.loc[matter.kind, "end_states"]
        assert matter.state in kinds.loc[matter.kind, "states"]
        assert (matter.state in ends) == (
            matter.closed_at is not None and matter.closed_at == matter.closed_at
        )
    assert district().matters["closed_at"].isna().sum() > 10


def test_a_plan_that_lacks_a_part_is_refused_with_its_name() -> None:
    with pytest.raises(Invalid, match="origin"):
        SampleSettings.from_mapping({})
