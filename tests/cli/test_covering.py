"""``cover`` and ``site`` as a terminal would run them: Bishan's 20,072 dwellings and 14 layers, and plain errors."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, text

from gridmap.core.coverage.access import entrances
from gridmap.core.crs import metric_crs
from gridmap.db.engine import connect
from tests.cli.conftest import Run
from tests.cli.streets import Streets
from tests.services.sample import AREA, load_sample

DWELLINGS = 20_072
RADIUS_M = 500.0
SEARCH_M = 1000.0
"""So far each home is told how far it is, twice the radius."""
EXACT_M = 1e-9
COMMUNITIES = ("BSSZ01", "BSSZ02", "BSSZ03")
NOT_WALKED = ("river", "railway", "motorway", "wall")
HEAD = """id: bishan
title: {zh: 碧山试验参数, en: Trial settings for Bishan}
edition: "2022"
scope: project
sources: {trial: made up for a test}
norms:
"""
NORM = """  - id: KIND
    name: {zh: KIND, en: KIND}
    kinds: [KIND]
    group: households
    measured: network
    evidence: {clause: trial, source: trial, verified: false}
    radius_m: {urban: 500}
"""


def read(engine: Engine, query: str, **values: object) -> gpd.GeoDataFrame:
    with engine.connect() as connection:
        frame = gpd.read_postgis(text(query), connection, geom_col="geom", params=values)
    return gpd.GeoDataFrame(frame.to_crs(metric_crs((103.84, 1.35, 103.84, 1.35))))


@pytest.fixture
def bishan(run: Run, shared_data: Path, tmp_path: Path) -> list[str]:
    """Bishan imported by commands, and the kinds of its 14 layers of facilities."""
    folder = shared_data / "sg_bishan"
    steps: list[tuple[object, ...]] = [
        ("areas", folder / "subzones.geojson", "--map", "code=SUBZONE_C", "name=SUBZONE_N"),
        ("buildings", folder / "buildings_osm.geojson"),
        (
            "households",
            folder / "hdb_blocks.csv",
            "--map",
            "house_number=blk_no",
            "households=total_dwelling_units",
            "lon=longitude",
            "lat=latitude",
        ),
        ("roads", folder / "walk_network_osm.geojson"),
    ]
    layers = sorted((folder / "facilities").glob("*.geojson"))
    kinds = [file.stem.replace("-", "_") for file in layers]
    steps += [("facilities", file, "--set", f"kind={kind}") for file, kind in zip(layers, kinds, strict=True)]
    for step in steps:
        code, _, said = run("import", *step)
        assert code == 0, said
    unclassed = tmp_path / "unclassed.csv"
    assert run("quarantine", "export", unclassed, "--dataset", "walk_network_osm")[0] == 0
    assert run("import", "roads", unclassed, "--set", "class=footway", "dataset=walk_network_osm")[0] == 0
    return kinds


def test_bishan_comes_out_as_networkx_has_it(
    run: Run, bishan: list[str], database_url: str, tmp_path: Path
) -> None:
    """All 14 layers against 20,072 dwellings: every home as far, and within the radius or not, as networkx says."""
    standard = tmp_path / "bishan.yaml"
    standard.write_text(HEAD + "".join(NORM.replace("KIND", kind) for kind in bishan), encoding="utf-8")
    studies = []
    for community in COMMUNITIES:
        code, out, said = run("cover", community, "--standard", standard, "--json")
        assert code == 0, said
        studies.append(json.loads(out))
    assert len(bishan) == 14
    assert sum(study["households"] for study in studies) == DWELLINGS
    engine = connect(database_url)
    roads = read(
        engine, "SELECT geom FROM gridmap.road WHERE class <> ALL(:not_walked)", not_walked=list(NOT_WALKED)
    )
    streets = Streets(shapely.get_parts(roads.geometry.to_numpy()))
    for kind in bishan:
        homes = read(
            engine,
            "SELECT home.metres, building.households, building.geom FROM gridmap.study_home AS home "
            "JOIN gridmap.building ON building.id = home.building_id WHERE home.norm = :kind",
            kind=kind,
        )
        places = read(engine, "SELECT geom FROM gridmap.facility WHERE kind = :kind", kind=kind)
        middles = shapely.point_on_surface(homes.geometry.to_numpy())
        expected = streets.metres(middles, entrances(places.geometry.to_numpy())[0])
        ours = homes["metres"].fillna(np.inf).to_numpy()
        near = (ours <= SEARCH_M) | (expected <= SEARCH_M)
        np.testing.assert_allclose(ours[near], expected[near], rtol=0, atol=EXACT_M, err_msg=kind)
        np.testing.assert_array_equal(ours <= RADIUS_M, expected <= RADIUS_M, err_msg=kind)
        distance = [
            norm["area"]["distance"] for study in studies for norm in study["norms"] if norm["norm"] == kind
        ]
        assert sum(one["judged"] for one in distance) == DWELLINGS
        assert sum(one["within"] for one in distance) == homes["households"][ours <= RADIUS_M].sum(), kind
    engine.dispose()


@pytest.fixture
def sample(database_url: str, tmp_path: Path) -> None:
    """The sample district."""
    engine = connect(database_url)
    load_sample(engine, tmp_path)
    engine.dispose()


@pytest.mark.usefixtures("sample")
def test_tables_and_maps_are_written(run: Run, tmp_path: Path) -> None:
    asked = ("cover", AREA, "--standard", "sample-district", "--kind", "day_care", "--out")
    csv, geojson = tmp_path / "uncovered.csv", tmp_path / "homes.geojson"
    code, out, said = run(*asked, csv)
    assert code == 0, said
    assert "day care" in out
    assert "Not checked against the text of sample-district" in said
    assert csv.read_bytes().startswith(b"\xef\xbb\xbfnorm,question,reason,households")
    assert run(*asked, geojson)[0] == 0
    homes = gpd.read_file(geojson)
    assert {"name", "households", "day_care_m", "day_care_distance", "day_care_reason"} <= set(homes.columns)
    assert homes.crs.to_epsg() == 4326
    sites = tmp_path / "sites.geojson"
    told = ("--kind", "day_care", "--count", 2, "--standard", "sample-district", "--out", sites)
    code, out, said = run("site", AREA, *told)
    assert code == 0, said
    assert "proved best" in said
    assert len(gpd.read_file(sites)) == 2
    code, out, said = run(
        "site", AREA, "--kind", "day_care", "--objective", "all", "--standard", "sample-district"
    )
    assert code == 0, said
    assert "proved best" in said
    nearest = ("--kind", "day_care", "--objective", "nearest", "--count", 2, "--standard", "sample-district")
    code, out, said = run("site", AREA, *nearest)
    assert code == 0, said
    assert "Mean walk before" in said


@pytest.mark.usefixtures("sample")
def test_several_areas_are_a_study_each(run: Run, tmp_path: Path) -> None:
    asked = ("--standard", "sample-district", "--kind", "day_care")
    code, out, said = run("cover", "高桥社区", "望湖社区", "高桥社区", *asked, "--json")
    assert code == 0, said
    found = json.loads(out)
    assert [one["area"]["name"] for one in found["studies"]] == ["高桥社区", "望湖社区"]
    assert len({one["study"] for one in found["studies"]}) == 2
    assert found["refused"] == []
    csv = tmp_path / "uncovered.csv"
    code, out, said = run("cover", "高桥社区", "望湖社区", *asked, "--out", csv)
    assert code == 0, said
    assert "高桥社区" in out
    assert "望湖社区" in out
    rows = csv.read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("norm,area,")
    assert {row.split(",")[1] for row in rows[1:]} == {one["area"]["code"] for one in found["studies"]}


@pytest.mark.usefixtures("sample")
def test_an_area_that_cannot_be_checked_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    island = tmp_path / "island.geojson"
    square = shapely.box(150.0, 10.0, 150.01, 10.01)
    frame = gpd.GeoDataFrame(
        {"code": ["999902001001"], "name": ["孤岛社区"], "level": ["community"]},
        geometry=[square],
        crs="EPSG:4326",
    )
    island.write_text(frame.to_json(drop_id=True), encoding="utf-8")
    assert run("import", "areas", island)[0] == 0
    asked = ("--standard", "sample-district", "--kind", "day_care", "--json")
    code, out, said = run("cover", "孤岛社区", "高桥社区", *asked)
    found = json.loads(out)
    assert code == 5
    assert [one["area"]["name"] for one in found["studies"]] == ["高桥社区"]
    assert [one["area"]["name"] for one in found["refused"]] == ["孤岛社区"]
    assert "孤岛社区: There are no ways to walk on" in said
    code, out, _ = run("cover", "高桥社区", "无此地", *asked)
    assert (code, out) == (4, "")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("cover", AREA, "--standard", "no-such"), 4),
        (("cover", AREA, "--standard", "sample-district", "--at", "someday"), 2),
        (("cover", AREA, "--standard", "sample-district", "--profile", "cyclist"), 2),
        (("cover", AREA, "--standard", "sample-district", "--out", "x.docx"), 2),
        (("cover", AREA, "高桥社区", "--standard", "sample-district", "--out", "x.html"), 2),
        (("site", AREA, "--kind", "day_care"), 2),
        (("site", AREA, "--kind", "day_care", "--objective", "all", "--count", 2), 2),
        (("site", AREA, "--kind", "day_care", "--objective", "all", "--floor", 0.5), 2),
        (("site", AREA, "--kind", "day_care", "--objective", "nearest", "--count", 2, "--capacitated"), 2),
        (("site", AREA, "--kind", "day_care", "--objective", "least"), 2),
        (("cover", "无此地", "--standard", "sample-district"), 4),
        (("site", "无此地", "--kind", "day_care", "--count", 1), 4),
    ],
)
def test_what_cannot_be_answered_ends_with_its_code(
    run: Run, arguments: tuple[object, ...], code: int
) -> None:
    ended, out, said = run(*arguments)
    assert (ended, out) == (code, "")
    assert said


DAY_CARE = ("cover", AREA, "--standard", "sample-district", "--kind", "day_care")


@pytest.mark.usefixtures("sample")
def test_changes_are_tried_and_shown_before_and_after(run: Run, tmp_path: Path) -> None:
    changes = ("--open-gate", "望湖苑侧门", "--close", "青禾幸福院", "--open", "165.0108,30.0028")
    code, shown, words = run(*DAY_CARE, *changes)
    assert code == 0, words
    assert "near enough now, not before" in words
    code, out, said = run(*DAY_CARE, *changes, "--json")
    assert code == 0, said
    told = json.loads(out)
    tried = told["what_if"]
    within = told["norms"][0]["area"]["distance"]["within"]
    assert tried["before"]["within"] == within
    assert f"{within:,.0f} → {tried['after']['within']:,.0f}" in shown
    assert tried["after"]["within"] == within + tried["gained"]["households"] - tried["lost"]["households"]
    csv, geojson = tmp_path / "homes.csv", tmp_path / "homes.geojson"
    for file in (csv, geojson):
        code, _, said = run(*DAY_CARE, *changes, "--out", file)
        assert code == 0, said
    homes = gpd.read_file(geojson)
    assert len(homes) == len(tried["homes"]["features"])
    assert {"home", "name", "households", "outcome_before", "metres_after"} <= set(homes.columns)
    assert csv.read_text(encoding="utf-8-sig").count("\n") == len(homes) + 1


@pytest.mark.usefixtures("sample")
def test_a_change_that_nobody_notices_writes_an_empty_table(run: Run, tmp_path: Path) -> None:
    code, _, said = run(*DAY_CARE, "--open", "165.016,30.0", "--out", tmp_path / "homes.csv")
    assert code == 0, said
    assert "No way within 100 m" in said
    assert (tmp_path / "homes.csv").read_text(encoding="utf-8-sig").startswith("home,name,households")


REFUSED = (
    (("--close", "无此设施"), 4),
    (("--open-gate", "无此门"), 4),
    (("--close-gate", "望湖苑侧门"), 5),
    (("--open", "116.4,39.9"), 2),
    (("--open-gate", "西堤苑出入口"), 2),
)


@pytest.mark.usefixtures("sample")
def test_what_cannot_be_tried_ends_with_its_code_in_both_languages(run: Run) -> None:
    for options, code in REFUSED:
        said = []
        for language in ("en", "zh"):
            ended, out, words = run("--lang", language, *DAY_CARE, *options)
            assert (ended, out) == (code, ""), options
            said.append(words)
        assert said[0] != said[1]


@pytest.mark.parametrize(
    "options",
    [
        ("--open", "30.0"),
        ("--open", "30.0,165.0"),
        ("--move", "165.0,30.0"),
        ("--kind", "clinic", "--open", "165.0,30.0"),
        ("--open", "165.0,30.0", "--out", "page.html"),
    ],
)
def test_changes_that_make_no_sense_are_refused_before_anything_is_read(
    run: Run, options: tuple[str, ...]
) -> None:
    assert run(*DAY_CARE, *options)[:2] == (2, "")
