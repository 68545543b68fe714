"""The real data sets: nothing is set aside without a reason that was looked into."""

from collections import Counter
from pathlib import Path

import pytest

from gridmap.io.reading import Reading, ReadOptions, read


def of_one_kind(kind: str, path: Path, /, **constants: str) -> Reading:
    reading = read(kind, path, ReadOptions(constants=constants))
    assert isinstance(reading, Reading)
    assert reading.rows_read == len(reading.frame) + len(reading.rejected) + reading.merged
    return reading


def test_bishan_buildings_come_in_whole(shared_data: Path) -> None:
    reading = of_one_kind("buildings", shared_data / "sg_bishan" / "buildings_osm.geojson")
    assert (len(reading.frame), reading.rejected) == (3765, ())
    assert reading.frame["floors"].notna().sum() == 498
    assert "nan" not in set(reading.frame["name"].dropna())


def test_bishan_blocks_keep_every_dwelling(shared_data: Path) -> None:
    reading = of_one_kind("households", shared_data / "sg_bishan" / "hdb_blocks.csv")
    assert (len(reading.frame), reading.rejected) == (279, ())
    assert reading.frame["households"].sum() == 20_072
    assert not reading.frame.geometry.is_empty.any()


@pytest.mark.parametrize("name", ["subzones.geojson", "subzones_2019.geojson"])
def test_bishan_communities_have_codes_and_names(shared_data: Path, name: str) -> None:
    reading = of_one_kind("areas", shared_data / "sg_bishan" / name, level="community")
    assert sorted(reading.frame["code"]) == ["BSSZ01", "BSSZ02", "BSSZ03"]
    assert "BISHAN EAST" in set(reading.frame["name"])


def test_bishan_walking_network_is_one_line_per_street(shared_data: Path) -> None:
    """14,460 directed edges are 7,124 lines; 376 carry no class and 6 have no length."""
    reading = of_one_kind("roads", shared_data / "sg_bishan" / "walk_network_osm.geojson")
    assert Counter(one.reason for one in reading.rejected) == {"value.missing": 376, "geometry.invalid": 6}
    assert 6_900 < len(reading.frame) < 7_124
    assert reading.merged > 7_000


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("preschools", 50),
        ("chas-clinics", 20),
        ("gyms", 5),
        ("supermarkets", 8),
        ("parks", 18),
        ("nparks-tracks", 481),
    ],
)
def test_bishan_facilities_come_in_with_names(shared_data: Path, name: str, rows: int) -> None:
    path = shared_data / "sg_bishan" / "facilities" / f"{name}.geojson"
    reading = of_one_kind("facilities", path, kind=name, tier="special")
    assert reading.rows_read == rows
    assert reading.rejected == ()
    if name != "nparks-tracks":
        assert reading.frame["name"].notna().all()


def test_daan_cells_keep_every_household(shared_data: Path) -> None:
    reading = of_one_kind("cells", shared_data / "tw_taipei_daan" / "stat_areas_with_households.geojson")
    assert (len(reading.frame), reading.rejected) == (1270, ())
    assert reading.frame["households"].sum() == 120_675
    assert reading.frame["households"].isna().sum() == 34


def test_daan_cells_with_heights_and_without_counts_come_in_when_that_is_said(shared_data: Path) -> None:
    reading = of_one_kind("cells", shared_data / "tw_taipei_daan" / "stat_areas_raw_3d.json", households="")
    assert len(reading.frame) == 1270
    assert not reading.frame.geometry.has_z.any()


def test_daan_villages_and_their_tables_agree_in_both_encodings(shared_data: Path) -> None:
    folder = shared_data / "tw_taipei_daan"
    assert len(of_one_kind("areas", folder / "villages_li_boundary.geojson", level="community").frame) == 53
    plain = of_one_kind("households", folder / "village_households_202103.csv")
    big5 = of_one_kind("households", folder / "village_households_202103_BIG5.csv")
    assert (plain.encoding, big5.encoding) == ("utf-8", "big5")
    assert plain.frame["households"].tolist() == big5.frame["households"].tolist()
    table = of_one_kind("households", folder / "stat_area_households_201706.csv")
    assert table.frame["households"].sum() == 120_675
    assert table.frame["building"].notna().all()
