"""A coverage study as a page: what anyone may see, and no more."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gridmap.errors import NotFound
from gridmap.services.coverage_page import write_coverage_page
from gridmap.services.covering import Coverage, cover
from gridmap.services.questions import Walking
from tests.services.sample import AREA, STANDARDS


@pytest.fixture(scope="module")
def day_care(sample: Engine) -> Coverage:
    asked = Walking("sample-district", ("day_care",), "elder", "Saturday 10:00")
    return cover(sample, AREA, asked, standards=STANDARDS, actor="test")


def test_the_page_shows_every_home_and_no_small_count(
    sample: Engine, day_care: Coverage, tmp_path: Path
) -> None:
    file = tmp_path / "coverage.html"
    shown = write_coverage_page(sample, day_care.study.id, file, language="zh", actor="test")
    page = file.read_text(encoding="utf-8")
    assert shown == day_care.study.result["homes"]
    counts = [int(count) for count in re.findall(r'"name":[^{}]*?"households":(\d+)\}', page)]
    assert counts
    assert min(counts) >= 10
    assert "老年人 · 按标准半径 · Saturday 10:00" in page
    assert "已过时" not in page


def test_a_page_of_changed_data_says_that_it_is_out_of_date(
    sample: Engine, day_care: Coverage, tmp_path: Path
) -> None:
    file = tmp_path / "coverage.html"
    with sample.begin() as connection:
        connection.execute(
            text("UPDATE gridmap.facility SET capacity = coalesce(capacity, 0) + 1 WHERE kind = 'day_care'")
        )
    write_coverage_page(sample, day_care.study.id, file, language="en", actor="test")
    assert "Out of date" in file.read_text(encoding="utf-8")


def test_a_study_that_is_not_there_is_said(sample: Engine, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        write_coverage_page(sample, 999_999, tmp_path / "none.html", language="en", actor="test")
