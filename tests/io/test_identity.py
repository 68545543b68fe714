"""Nothing that tells who somebody is comes through the door."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gridmap.errors import Invalid
from gridmap.io.identity import denied_headers
from gridmap.io.reading import Reading, ReadOptions, read
from gridmap.io.schemas import KINDS

Write = Callable[..., Path]

ID_NUMBER = "11010519491231002X"
"""The example of the standard GB 11643 itself; nobody has it."""


def everything(reading: Reading) -> str:
    return " ".join(
        [
            reading.frame.to_csv(),
            *(str(one) for one in reading.rejected),
            *(str(note) for note in reading.notes),
            *(str(reading.record_of(int(row))) for row in reading.frame["row"]),
        ]
    )


@pytest.mark.parametrize(
    "header",
    ["姓名", "户主", "户主姓名", "身份证号", "身份證號碼", "证件号码", "手机", "联系电话", "phone", "Mobile No.", "email", "微信号",
     "first_name", "Full Name", "resident_name", "民族", "政治面貌", "宗教信仰", "重点人员类别", "车牌号", "NRIC", "passport",
     "残疾情况", "健康状况", "低保", "name", "id_card", "ID Number", "人脸照片"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["residents", "households"])
def test_headers_of_identity_stop_for_rows_about_people(kind: str, header: str) -> None:
    assert denied_headers(KINDS[kind], [header]) == [header]


@pytest.mark.parametrize("header", ["户主", "业主姓名", "身份证号", "联系电话", "owner_name"])
def test_owners_stop_at_buildings_too(header: str) -> None:
    assert denied_headers(KINDS["buildings"], [header]) == [header]


@pytest.mark.parametrize("kind", list(KINDS))
def test_no_field_goes_by_a_header_that_is_denied(kind: str) -> None:
    names = [name for one in KINDS[kind].fields for name in (one.name, *one.aliases)]
    assert denied_headers(KINDS[kind], names) == []


def test_residents_come_in_without_identity_and_it_is_said(write_text: Write) -> None:
    text = (
        "姓名,身份证号,性别,出生日期,户籍类型,门牌号,联系电话,备注\n"
        f"王秀英,{ID_NUMBER},女,1949-12-31,户籍,1号,13800138000,独居老人\n"
        f"李建国,{ID_NUMBER},男,1980/05/02,流动,2号,13900139000,\n"
        f"张三丰,{ID_NUMBER},妖,三月,户籍,3号,13700137000,\n"
    )
    reading = read("residents", write_text("t.csv", text))
    assert isinstance(reading, Reading)
    assert set(reading.dropped_identity) == {"姓名", "身份证号", "联系电话"}
    assert "备注" in reading.ignored
    assert reading.frame["birth_year"].tolist() == [1949, 1980]
    assert reading.frame["sex"].tolist() == ["female", "male"]
    assert reading.frame["registration"].tolist() == ["registered", "floating"]
    assert [one.reason for one in reading.rejected] == ["year.form"]
    said = everything(reading)
    for secret in ("王秀英", "李建国", "张三丰", ID_NUMBER, "13800138000", "独居", "12-31", "05/02", "三月"):
        assert secret not in said
    assert any("身份信息" in note.zh for note in reading.notes)


def test_identity_numbers_stop_under_any_header(write_text: Write) -> None:
    text = f"编码,序号,性别\n{ID_NUMBER},{ID_NUMBER},女\n{ID_NUMBER},2,男\n"
    reading = read("residents", write_text("t.csv", text))
    assert isinstance(reading, Reading)
    assert set(reading.dropped_identity) == {"编码", "序号"}
    assert ID_NUMBER not in everything(reading)


def test_mobile_numbers_stop_under_any_header(write_text: Write) -> None:
    reading = read("households", write_text("t.csv", "门牌号,户数,电\n1,5,13800138000\n2,6,13900139000\n"))
    assert isinstance(reading, Reading)
    assert reading.dropped_identity == ("电",)


def test_mapping_identity_to_a_field_is_refused(write_text: Write) -> None:
    path = write_text("t.csv", f"身份证号,性别\n{ID_NUMBER},女\n")
    with pytest.raises(Invalid) as caught:
        read("residents", path, ReadOptions(mapping={"source_id": "身份证号"}))
    assert caught.value.facts["reason"] == "identity"
    assert ID_NUMBER not in str(caught.value.facts)


def test_persons_alike_in_all_that_is_kept_are_all_counted(write_text: Write) -> None:
    reading = read("residents", write_text("t.csv", "性别,门牌号\n女,1号\n女,1号\n女,1号\n"))
    assert isinstance(reading, Reading)
    assert len(reading.frame) == 3
    assert reading.frame["source_id"].is_unique


def test_one_person_listed_twice_is_set_aside(write_text: Write) -> None:
    text = f"身份证号,性别,门牌号\n{ID_NUMBER},女,1号\n{ID_NUMBER},女,1号\n"
    reading = read("residents", write_text("t.csv", text))
    assert isinstance(reading, Reading)
    assert len(reading.frame) == 1
    assert [one.reason for one in reading.rejected] == ["duplicate.row"]


def test_contacts_of_facilities_are_no_identity_of_residents() -> None:
    assert denied_headers(KINDS["facilities"], ["name", "HCI_TEL", "电话"]) == []
