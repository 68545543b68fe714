"""Columns find their fields by what offices call them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gridmap.errors import Invalid
from gridmap.io.fields import FieldType, normal
from gridmap.io.headers import match
from gridmap.io.reading import Reading, ReadOptions, read
from gridmap.io.schemas import KINDS, field_rows, kind_of


def matched(kind: str, *columns: str, **mapping: str) -> dict[str, str]:
    return match(kind_of(kind), columns, mapping, constants={})


@pytest.mark.parametrize(
    "header",
    [
        "户数",
        "households",
        "hh",
        "戶數",
        "H_CNT",
        "h_cnt",
        "总户数",
        "住户数",
        "Total_Dwelling_Units",
        "building:flats",
    ],
)
def test_households_go_by_many_names(header: str) -> None:
    assert matched("buildings", header) == {header: "households"}


@pytest.mark.parametrize(
    "header", ["楼层", "層數", "floors", "building_levels", "building:levels", "max_floor_lvl"]
)
def test_floors_go_by_many_names(header: str) -> None:
    assert matched("buildings", header) == {header: "floors"}


@pytest.mark.parametrize(
    "header",
    [
        "门牌号",
        "門牌號",
        "house_number",
        "blk_no",
        "addr:housenumber",
        "addr_housenumber",
        "House Number",
        "ＢＬＫ＿ＮＯ",
    ],
)
def test_house_numbers_go_by_many_names(header: str) -> None:
    assert matched("households", header) == {header: "house_number"}


@pytest.mark.parametrize(
    ("kind", "header", "field"),
    [
        ("buildings", "addr:street", "street"),
        ("buildings", "街道", "street"),
        ("areas", "编码", "code"),
        ("areas", "区划代码", "code"),
        ("areas", "VILLNAME", "name"),
        ("roads", "highway", "class"),
        ("facilities", "名称", "name"),
        ("facilities", "建筑面积（平方米）", "floor_area_m2"),
        ("facilities", "opening_hours", "hours"),
        ("facilities", "lng", "lon"),
        ("facilities", "Latitude", "lat"),
        ("facilities", "纬度", "lat"),
        ("facilities", "X坐标", "x"),
        ("areas", "geometry", "wkt"),
        ("cells", "CODEBASE", "source_id"),
        ("buildings", "OBJECTID", "source_id"),
        ("buildings", "osm_id", "source_id"),
    ],
)
def test_fields_go_by_chinese_and_english_names(kind: str, header: str, field: str) -> None:
    assert matched(kind, header) == {header: field}


def test_a_column_called_as_the_field_goes_before_one_called_otherwise() -> None:
    assert matched("facilities", "type", "kind", "名称", "name") == {"kind": "kind", "name": "name"}


def test_a_column_without_values_gives_way() -> None:
    columns = ("building_levels", "max_floor_lvl")
    used = match(kind_of("buildings"), columns, {}, constants={}, empty=frozenset({"building_levels"}))
    assert used == {"max_floor_lvl": "floors"}


def test_what_the_caller_maps_comes_first() -> None:
    assert matched("buildings", "户数", "count", households="count") == {"count": "households"}


def test_an_unknown_field_or_column_names_the_nearest() -> None:
    with pytest.raises(Invalid) as caught:
        matched("buildings", "户数", housholds="户数")
    assert caught.value.hint is not None
    assert "households" in caught.value.hint.en
    with pytest.raises(Invalid) as caught:
        matched("buildings", "households_2024", households="households_2023")
    assert caught.value.hint is not None
    assert "households_2024" in caught.value.hint.zh


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_field_says_in_both_languages_what_it_means(kind: str) -> None:
    for row in field_rows(kind):
        assert row["meaning_en"]
        assert row["meaning_zh"]
        assert row["type"] in set(FieldType)


@pytest.mark.parametrize("kind", list(KINDS))
def test_no_header_means_two_fields_of_one_kind_by_its_first_name(kind: str) -> None:
    names = [normal(one.name) for one in kind_of(kind).fields]
    assert len(set(names)) == len(names)


def test_the_fields_scripts_rely_on_are_there() -> None:
    promised = {
        "areas": "code name level parent type",
        "buildings": "source_id households floors use house_number street",
        "households": "households house_number street lon lat",
        "cells": "source_id households",
        "roads": "class name",
        "facilities": "source_id name kind tier floor_area_m2 capacity hours",
        "residents": "birth_year sex registration",
        "organisations": "source_id name kind",
        "places": "source_id name kind",
    }
    for kind, names in promised.items():
        assert set(names.split()) <= {row["name"] for row in field_rows(kind)}


def test_constants_fill_all_rows_and_must_be_readable(write_text: Callable[..., Path]) -> None:
    path = write_text("t.csv", "name,lon,lat\n甲,114.3,30.6\n乙,114.4,30.7\n")
    reading = read(
        "facilities", path, ReadOptions(constants={"kind": "clinic", "tier": "主体", "capacity": ""})
    )
    assert isinstance(reading, Reading)
    assert reading.frame["tier"].tolist() == ["main", "main"]
    assert reading.frame["capacity"].isna().all()
    with pytest.raises(Invalid) as caught:
        read("facilities", path, ReadOptions(constants={"kind": "clinic", "capacity": "三百"}))
    assert "--set capacity" in caught.value.message.zh
