"""The sample district as files: the same bytes each time, and nothing in them that the import cannot take."""

from pathlib import Path

import pandas as pd
import pytest

from gridmap.core.sample import SampleDistrict
from gridmap.errors import NotFound
from gridmap.io.reading import Reading, read
from gridmap.io.sample import make_district, read_plan, write_sample
from gridmap.settings import REPOSITORY

PLAN = REPOSITORY / "data" / "sample"


@pytest.fixture(scope="module")
def district() -> SampleDistrict:
    return make_district(PLAN)


@pytest.fixture(scope="module")
def files(district: SampleDistrict, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_sample(tmp_path_factory.mktemp("sample"), district)


def test_the_same_district_gives_the_same_bytes(files: dict[str, Path], tmp_path: Path) -> None:
    again = write_sample(tmp_path, make_district(PLAN))
    assert {kind: file.read_bytes() for kind, file in again.items()} == {
        kind: file.read_bytes() for kind, file in files.items()
    }


def test_the_table_of_households_is_what_a_street_office_sends(files: dict[str, Path]) -> None:
    text = files["households"].read_bytes().decode("gb18030")
    assert text.splitlines()[0] == "门牌号,街道,户数,经度,纬度"
    table = pd.read_csv(files["households"], encoding="gb18030")
    assert table["经度"].isna().sum() == 6 + 1
    assert table["门牌号"].str.contains("[０-９]").sum() == 8
    assert table.iloc[-1]["户数"] == 0


@pytest.mark.parametrize(
    "kind",
    ["areas", "buildings", "roads", "places", "facilities", "organisations", "households", "residents"],
)
def test_the_import_takes_every_row_of_every_file(
    kind: str, files: dict[str, Path], district: SampleDistrict
) -> None:
    reading = read(kind, files[kind])
    assert isinstance(reading, Reading)
    assert not reading.rejected
    assert not reading.dropped_identity
    assert len(reading.frame) == len(getattr(district, kind))


def test_a_folder_without_a_plan_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"district\.yaml"):
        read_plan(tmp_path)
