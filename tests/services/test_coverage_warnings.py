"""What a reader of a coverage study is warned of."""

import geopandas as gpd
import pytest

from gridmap.errors import Text
from gridmap.services.coverage_warnings import MOST_TEXTS, unread_hours


def things(hours: list[str | None], names: list[str] | None = None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "name": names or [f"站{number}" for number in range(len(hours))],
            "source_id": [f"town/{number}" for number in range(len(hours))],
            "hours": hours,
        }
    )


def warned(hours: list[str | None], names: list[str] | None = None) -> list[Text]:
    return list(unread_hours(things(hours, names)))


@pytest.mark.parametrize("hours", ["周一至周五 08:30-18:00", "Mo-Su 00:00-24:00", "休息", "", "不详", None])
def test_hours_that_can_be_read_or_say_nothing_need_no_warning(hours: str | None) -> None:
    assert warned([hours]) == []


def test_nonsense_is_told_with_the_name_the_text_and_what_to_do() -> None:
    (warning,) = warned(["25:00-26:00"], ["东湾日间照料"])
    assert warning.en.startswith("东湾日间照料: Opening hours “25:00-26:00” names a time that no day has.")
    assert "count as unknown" in warning.en
    assert warning.en.endswith("Write them as Mo-Fr 08:30-18:00; Sa 09:00-12:00.")
    assert warning.zh.startswith("东湾日间照料：开放时间“25:00-26:00”含有不存在的时刻。按未知处理。请写成")


def test_one_warning_names_a_few_of_those_with_the_same_text_and_counts_the_others() -> None:
    (warning,) = warned(["有空就开"] * 5)
    assert warning.en.startswith("站0, 站1, 站2 and 2 more: ")
    assert warning.zh.startswith("站0、站1、站2等 5 处：")


def test_what_has_no_name_is_called_as_its_source_calls_it() -> None:
    (warning,) = warned(["有空就开"], [""])
    assert warning.en.startswith("town/0: ")


def test_beyond_ten_texts_the_rest_is_counted() -> None:
    warnings = warned([f"第{number}天开" for number in range(MOST_TEXTS + 3)])
    assert len(warnings) == MOST_TEXTS + 1
    assert warnings[-1].en == "3 other opening hours make no sense either."
