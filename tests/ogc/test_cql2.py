"""CQL2, 21-065r2, annex A, over every queryable: each operator in both languages, against plain Python."""

import json
import operator
from collections.abc import Callable
from typing import Any

import cql2
import httpx
import pytest

from gridmap.db.collections import COLLECTIONS
from tests.ogc.conftest import Read

Compare = Callable[[Any, Any], bool]
COMPARISONS: dict[str, Compare] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
EVERY = pytest.mark.parametrize("collection", COLLECTIONS)
BUILDINGS, GRIDS = "/ogc/collections/buildings/items", "/ogc/collections/grids/items"
HERE = "POLYGON((116.402 39.902, 116.412 39.902, 116.412 39.907, 116.402 39.907, 116.402 39.902))"


def found(read: Read, address: str, written: str) -> set[int]:
    """Return the ids that a filter finds, the same written as text and as JSON."""
    as_text = read(address, filter=written, limit=100)
    as_json = json.dumps(cql2.parse_text(written).to_json())
    again = read(address, **{"filter": as_json, "filter-lang": "cql2-json", "limit": 100})
    assert [item["id"] for item in as_text["features"]] == [item["id"] for item in again["features"]]
    return {item["id"] for item in as_text["features"]}


def literal(value: Any, schema: Any) -> str | None:
    """Return a value as it is written in CQL2, None for one without order."""
    if isinstance(value, bool):
        return json.dumps(value)
    if schema.get("format") == "date-time":
        return f"TIMESTAMP('{value[:19]}Z')" if value.endswith(("Z", "+00:00")) else None
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value) if isinstance(value, int | float) else None


@EVERY
def test_05_comparison(read: Read, collection: str) -> None:
    address = f"/ogc/collections/{collection}/items"
    rows = read(address, limit=100)["features"]
    for name, schema in read(f"/ogc/collections/{collection}/queryables")["properties"].items():
        if name == "geometry":
            continue
        values = {row["id"]: row["properties"][name] for row in rows if row["properties"][name] is not None}
        sample = next(iter(values.values()), None)
        written = None if sample is None else literal(sample, schema)
        if written is None:
            continue
        for sign, compare in COMPARISONS.items():
            if isinstance(sample, bool) and sign not in ("=", "<>"):
                continue
            if isinstance(sample, str) and sign not in ("=", "<>") and schema.get("format") != "date-time":
                continue
            expected = {number for number, value in values.items() if compare(value, sample)}
            assert found(read, address, f"{name} {sign} {written}") == expected, (name, sign)


@EVERY
def test_06_is_null(read: Read, collection: str) -> None:
    address = f"/ogc/collections/{collection}/items"
    rows = read(address, limit=100)["features"]
    for name in read(f"/ogc/collections/{collection}/queryables")["properties"]:
        if name == "geometry":
            continue
        unknown = {row["id"] for row in rows if row["properties"][name] is None}
        assert found(read, address, f"{name} IS NULL") == unknown
        assert found(read, address, f"{name} IS NOT NULL") == {row["id"] for row in rows} - unknown


def test_07_boolean(read: Read) -> None:
    judged = found(read, GRIDS, "in_band IS NOT NULL")
    assert found(read, GRIDS, "false") == set()
    assert found(read, GRIDS, "in_band = true") | found(read, GRIDS, "in_band = false") == judged
    assert found(read, GRIDS, "true") > judged
    assert found(read, GRIDS, "in_band") == found(read, GRIDS, "in_band = true")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("floors > 6 AND NOT use = 'retail'", 4),
        ("floors > 6 OR use = 'retail'", 5),
        ("NOT (floors > 6)", 32),
        ("floors > 6 AND use = 'residential' OR use = 'retail'", 5),
        ("floors > 6 AND (use = 'residential' OR use = 'retail')", 4),
    ],
)
def test_09_logical(read: Read, written: str, number: int) -> None:
    assert len(found(read, BUILDINGS, written)) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("name LIKE '西园%'", 3),
        ("name LIKE '西园_号楼'", 3),
        ("name NOT LIKE '东园%'", 6),
        ("name LIKE '%大厦'", 1),
        ("floors BETWEEN 2 AND 12", 34),
        ("floors NOT BETWEEN 2 AND 12", 2),
        ("use IN ('retail', 'office')", 1),
        ("use NOT IN ('retail', 'office')", 34),
        ("floors IN (1, 30)", 2),
    ],
)
def test_10_like_11_between_and_12_in(read: Read, written: str, number: int) -> None:
    assert len(found(read, BUILDINGS, written)) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("CASEI(use) = CASEI('RETAIL')", 1),
        ("CASEI(use) LIKE CASEI('RET%')", 1),
        ("CASEI(use) IN (CASEI('RETAIL'), CASEI('Office'))", 1),
        ("ACCENTI(use) = ACCENTI('rétail')", 1),
        ("ACCENTI(use) LIKE ACCENTI('rét%')", 1),
        ("ACCENTI(CASEI(use)) = ACCENTI(CASEI('RÉTAIL'))", 1),
        ("ACCENTI(CASEI(use)) LIKE ACCENTI(CASEI('RÉT%'))", 1),
    ],
)
def test_15_casei_16_casei_like_and_19_to_22_accenti(read: Read, written: str, number: int) -> None:
    assert len(found(read, BUILDINGS, written)) == number


@EVERY
@pytest.mark.parametrize(
    "geometry",
    [
        "BBOX(116.402, 39.902, 116.412, 39.907)",
        "POINT(116.4025 39.9055)",
        HERE,
        "LINESTRING(116.39 39.905, 116.44 39.905)",
        "MULTIPOINT((116.4025 39.9055), (116.42 39.905))",
        "MULTILINESTRING((116.39 39.905, 116.44 39.905), (116.39 39.9, 116.44 39.9))",
        "MULTIPOLYGON(((116.402 39.902, 116.412 39.902, 116.412 39.907, 116.402 39.902)))",
        "GEOMETRYCOLLECTION(POINT(116.4025 39.9055), LINESTRING(116.39 39.9, 116.44 39.9))",
    ],
    ids=lambda written: written.partition("(")[0].lower(),
)
def test_25_28_and_30_s_intersects_with_31_s_disjoint(read: Read, collection: str, geometry: str) -> None:
    address = f"/ogc/collections/{collection}/items"
    touching = found(read, address, f"S_INTERSECTS(geometry, {geometry})")
    apart = found(read, address, f"S_DISJOINT(geometry, {geometry})")
    assert touching | apart == found(read, address, "true")
    assert not touching & apart


@pytest.mark.parametrize("name", ["EQUALS", "TOUCHES", "CROSSES", "WITHIN", "CONTAINS", "OVERLAPS"])
@EVERY
def test_32_to_37_spatial_functions(read: Read, collection: str, name: str) -> None:
    address = f"/ogc/collections/{collection}/items"
    assert found(read, address, f"S_{name}(geometry, {HERE})") <= found(read, address, "true")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("T_AFTER(valid_from, TIMESTAMP('2026-05-01T00:00:00Z'))", 3),
        ("T_BEFORE(valid_from, DATE('2026-05-03'))", 3),
        ("T_EQUALS(valid_from, TIMESTAMP('2026-05-02T00:00:00Z'))", 3),
        ("T_DISJOINT(valid_from, DATE('2026-05-01'))", 3),
        ("T_INTERSECTS(valid_from, INTERVAL('2026-05-01', '2026-05-03'))", 3),
        ("T_DURING(valid_from, INTERVAL('2026-05-01', '2026-05-03'))", 3),
        ("T_STARTEDBY(INTERVAL(valid_from, '..'), INTERVAL('2026-05-02T00:00:00Z', '2026-05-03'))", 3),
    ],
)
def test_40_and_41_temporal_functions(read: Read, written: str, number: int) -> None:
    assert len(found(read, GRIDS, written)) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("A_EQUALS(types, ('new', 'work_unit'))", 1),
        ("A_CONTAINS(types, ('new'))", 1),
        ("A_CONTAINEDBY(types, ('new', 'work_unit', 'old'))", 4),
        ("A_OVERLAPS(types, ('new', 'old'))", 1),
    ],
)
def test_44_array_predicates(read: Read, written: str, number: int) -> None:
    assert len(found(read, "/ogc/collections/areas/items", written)) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [("6 = floors", 30), ("households > floors", 34), ("floors = floors", 36), ("1 = 1", 36), ("1 > 2", 0)],
)
def test_46_47_and_48_comparison_of_values_and_properties(read: Read, written: str, number: int) -> None:
    assert len(found(read, BUILDINGS, written)) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("floors + 1 = 7", 30),
        ("floors * 2 - 2 = 10", 30),
        ("floors / 4 = 1.5", 30),
        ("floors div 4 = 1", 30),
        ("floors % 4 = 2", 32),
        ("floors ^ 2 = 36", 30),
        ("(floors + 2) * 2 = 16", 30),
    ],
)
def test_52_arithmetic(read: Read, written: str, number: int) -> None:
    assert len(found(read, BUILDINGS, written)) == number


@pytest.mark.parametrize("wrong", ["floors =", "floors = = 1", "(floors = 1", "floors 1", "'a", "AND", ""])
def test_01_and_03_validate(client: httpx.Client, wrong: str) -> None:
    for language in ("cql2-text", "cql2-json"):
        answer = client.get(BUILDINGS, params={"filter": wrong, "filter-lang": language})
        assert answer.status_code == 400


def test_02_escaping(read: Read) -> None:
    assert found(read, BUILDINGS, "name = 'it''s'") == set()
    assert found(read, "/ogc/collections/roads/items", "name LIKE '东园100\\%弄\\_1'") != set()
