"""What gridmap refuses to know has no column, no field in the interface and no word on the screen."""

import json
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from gridmap.api.app import openapi_document
from gridmap.db.tables import metadata
from gridmap.settings import REPOSITORY

REFUSED = re.compile(
    r"id_?card|id_?number|identity_?number|passport|surname|given_?name|full_?name|resident_?name|mobile|"
    r"(?<![a-z])face(?![a-z])|biometric|fingerprint|licen[cs]e_?plate|plate_?number|(?<![a-z])imei|trajectory|movement|"
    r"health|disease|diagnos|disabilit|criminal|offence|petition|religio|ethnic|nationality|politic|"
    r"key_?person|risk|credit_?score|person_?score|身份证|护照|手机号|人脸|指纹|车牌|轨迹|病史|疾病|犯罪|前科|上访|"
    r"宗教|民族|政治面貌|重点人员|风险等级|信用分",
    re.IGNORECASE,
)


def refused_words(words: Iterator[str]) -> list[str]:
    return sorted({word for word in words if REFUSED.search(word)})


def test_no_column_holds_what_is_refused() -> None:
    columns = (column.name for table in metadata.tables.values() for column in table.columns)
    assert refused_words(columns) == []


def test_residents_have_only_what_planning_needs() -> None:
    columns = {column.name for column in metadata.tables["gridmap.resident"].columns}
    needed = {"id", "building_id", "household_id", "birth_year", "sex", "registration", "lookup", "import_id"}
    assert columns == needed


def test_no_published_column_holds_what_is_refused(engine: Engine) -> None:
    with engine.connect() as connection:
        columns = connection.execute(
            text("SELECT column_name FROM information_schema.columns WHERE table_schema = 'published'")
        ).scalars()
        assert refused_words(iter(columns.all())) == []


def test_the_interface_offers_no_field_for_what_is_refused() -> None:
    def names(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from inner if key == "properties" and isinstance(inner, dict) else ()
                yield from names(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from names(inner)

    document = json.loads(json.dumps(openapi_document()))
    assert refused_words(names(document)) == []
    parameters = (one["name"] for path in document["paths"].values() for verb in path.values()
                  for one in verb.get("parameters", []))  # fmt: skip
    assert refused_words(parameters) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_label_of_the_screens_asks_for_what_is_refused(language: str) -> None:
    words = (REPOSITORY / "web" / "src" / "i18n" / f"{language}.ts").read_text(encoding="utf-8")
    keys = re.findall(r"^\s*\"?([A-Za-z][\w.]*)\"?:", words, re.MULTILINE)
    assert keys
    assert refused_words(iter(keys)) == []
