"""Filters become conditions that mean in PostgreSQL what they mean in plain Python."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from gridmap.core.filters import read_filter
from gridmap.db.collections import Collection, Column, ColumnType
from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect
from gridmap.db.filters import condition
from gridmap.db.filters.operators import ARITHMETIC, FOLDING, PREDICATES
from gridmap.errors import Invalid, Text
from tests.conftest import copy_of
from tests.core.filters.examples import Row, filters, holds

COLUMNS = {
    "name": ColumnType.STRING,
    "use": ColumnType.STRING,
    "floors": ColumnType.INTEGER,
    "area": ColumnType.NUMBER,
    "open": ColumnType.BOOLEAN,
    "since": ColumnType.TIME,
    "types": ColumnType.STRINGS,
}
OPERATORS = [*PREDICATES, *ARITHMETIC, *FOLDING]
NOTHING = Text(en="", zh="")
THINGS = Collection(
    "things",
    Text(en="Things", zh="事物"),
    NOTHING,
    "geometry-any",
    tuple(Column(name, type_, NOTHING) for name, type_ in COLUMNS.items()),
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
VALUES: list[tuple[Any, ...]] = [
    ("a", "A", 6, 1.5, True, NOON, ["new"], "POINT(1 1)"),
    ("A", "a", 1, 30.0, False, datetime(2026, 5, 1, tzinfo=UTC), ["new", "old"], "POINT(2 3)"),
    ("ab", None, None, 0.0, None, None, [], "LINESTRING(0 0, 4 4)"),
    ("Äb", "äB", 30, None, True, datetime(2026, 4, 30, 23, 59, 59, 999999, tzinfo=UTC), None, "POINT(0 0)"),
    ("100%", "1000", 0, -2.0, False, NOON, ["mixed"], "POLYGON((1 1, 3 1, 3 3, 1 3, 1 1))"),
    ("a_b", "axb", -2, 6.0, None, datetime(2026, 5, 2, tzinfo=UTC), ["old", "mixed"], "POINT(4 4)"),
    ("it's", "", 2, 1e6, True, NOON, ["new", "old", "mixed"], "POLYGON((0 0, 4 0, 4 4, 0 4, 0 0))"),
    (None, "网格", 7, 6.5, True, datetime(2026, 5, 3, tzinfo=UTC), ["other"], "MULTIPOINT((0 4), (4 0))"),
]
ROWS: list[Row] = [
    {"id": number, **dict(zip(COLUMNS, values, strict=False)), "geometry": shapely.from_wkt(values[-1])}
    for number, values in enumerate(VALUES, 1)
]


@pytest.fixture(scope="module")
def things(cluster: Cluster, template_database: str) -> Iterator[Connection]:
    """Open a connection to a table of eight things, most with something not known."""
    with copy_of(template_database, cluster) as url:
        engine = connect(url)
        with engine.begin() as connection:
            connection.execute(
                text(
                    "CREATE TABLE things (id int, name text, use text, floors int, area float8, open bool, "
                    "since timestamptz, types text[], geom geometry(Geometry, 4326))"
                )
            )
            marks = ", ".join(f":{name}" for name in ("id", *COLUMNS))
            insert = f"INSERT INTO things VALUES ({marks}, ST_GeomFromText(:shape, 4326))"
            connection.execute(text(insert), [row | {"shape": row["geometry"].wkt} for row in ROWS])
            yield connection
        engine.dispose()


def found(things: Connection, expression: Any) -> list[int]:
    stated = condition(THINGS, expression)
    query = text(f"SELECT id FROM things WHERE {stated.text} ORDER BY id")
    return list(things.execute(query, dict(stated.values)).scalars())


@how(
    deadline=None,
    max_examples=600,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(filters())
def test_a_filter_selects_what_plain_python_selects(things: Connection, expression: Any) -> None:
    assert found(things, expression) == [row["id"] for row in ROWS if holds(expression, row)]


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("name = 'it''s'", [7]),
        ("name LIKE '100\\%'", [5]),
        ("CASEI(name) = CASEI('äB')", [4]),
        ("ACCENTI(name) = 'Ab'", [4]),
        ("CASEI(ACCENTI(use)) = CASEI('AB')", [4]),
        ("CASEI('straße') = CASEI('STRASSE')", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("ACCENTI('가é') = '가e'", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("floors / 0 = 1", []),
        ("floors / 4 = 1.5", [1]),
        ("floors div 4 = 1", [1, 8]),
        ("floors ^ 2 = 49", [8]),
        ("since = DATE('2026-05-01')", [1, 2, 5, 7]),
        ("since > DATE('2026-05-01')", [6, 8]),
        ("T_AFTER(since, DATE('2026-05-01'))", [6, 8]),
        ("T_DURING(since, INTERVAL('2026-05-01T11:00:00Z', '2026-05-01T20:30:00+08:00'))", [1, 5, 7]),
        ("T_INTERSECTS(INTERVAL(since, '..'), DATE('2026-05-02'))", [1, 2, 3, 4, 5, 6, 7]),
        ("T_METBY(since, INTERVAL('..', '2026-05-01T12:00:00Z'))", [1, 5, 7]),
        ("A_CONTAINS(types, ('new', 'old'))", [2, 7]),
        ("A_OVERLAPS(types, ('mixed'))", [5, 6, 7]),
        ("A_EQUALS(types, ())", [3]),
        ("A_EQUALS(types, ('old', 'new'))", [2]),
        ("types IS NULL", [4]),
        ("geometry IS NULL", []),
        ("S_TOUCHES(geometry, POLYGON((1 1, 0 1, 0 0, 1 0, 1 1)))", [1, 4, 5]),
        ("S_CROSSES(geometry, POLYGON((1 0, 3 0, 3 4, 1 4, 1 0)))", [3]),
        ("S_EQUALS(geometry, LINESTRING(4 4, 2 2, 0 0))", [3]),
        ("S_OVERLAPS(geometry, BBOX(2, 2, 5, 5))", [5, 7]),
        ("S_INTERSECTS(geometry, BBOX(3.5, -90, 0.5, 90))", [3, 4, 6, 7, 8]),
        ("S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(2 3), LINESTRING(4 4, 5 5)))", [2, 3, 5, 6, 7]),
        ("S_WITHIN(geometry, GEOMETRYCOLLECTION(POINT(2 3), POINT(1 1)))", [1, 2]),
        ("S_WITHIN(POINT(2 3), geometry)", [2, 7]),
        ("(floors > 0) = open", [1, 4, 5, 7, 8]),
        ("true", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("NOT true OR NOT open", [2, 5]),
        ("(floors + 1) IS NULL", [3]),
    ],
)
def test_a_filter_means_what_the_standard_says(things: Connection, written: str, ids: list[int]) -> None:
    assert found(things, read_filter(written)) == ids


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("pg_sleep(10) = 1", "pg_sleep"),
        ("colour = 'red'", "colour"),
        ("geom = 1", "geom"),
        ("floors = 'six'", "is a text, where a number is needed"),
        ("name = 1", "is a number, where a text is needed"),
        ("name", "is a text, where true or false is needed"),
        ("floors + name > 1", "name is a text"),
        ("open > true", "“>” does not compare"),
        ("types = ('a', 'b')", "does not compare"),
        ("types = 'a'", "where a list"),
        ("geometry = POINT(1 1)", "does not compare"),
        ("since > '2026-05-01'", "where a time is needed"),
        ("since > DATE('2026-02-30')", "is no time"),
        ("since > TIMESTAMP('2026-05-01T00:00:00')", "is no time"),
        ("T_AFTER(since, INTERVAL('2026-05-02', '2026-05-01'))", "is no time"),
        ("T_AFTER(since, INTERVAL('2026-05-02'))", "is no time"),
        ("T_AFTER(since, 'x')", "where a time is needed"),
        ("A_CONTAINS(types, (1, 2))", "list of texts"),
        ("name LIKE use", "no pattern"),
        ("name LIKE 'a\\'", "cannot be read"),
        ("CASEI(floors) = 'a'", "where a text is needed"),
        ("floors IN (1, 'two')", "where a number is needed"),
        ("floors IN ()", "IN needs a list"),
        ("NOT floors", "where true or false is needed"),
        ("S_INTERSECTS(geometry, name)", "where a geometry is needed"),
        ("S_INTERSECTS(geometry)", "takes 2 arguments"),
        ("S_INTERSECTS(geometry, POLYGON EMPTY)", "empty"),
        ("S_INTERSECTS(geometry, POINT(nan 2))", "no GeoJSON"),
        ("S_INTERSECTS(geometry, POINT(1e400 2))", "no GeoJSON"),
        ("S_INTERSECTS(geometry, POINT(116 2000))", "outside"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 2 2, 2 0, 0 2, 0 0)))", "Self-intersection"),
        ("S_INTERSECTS(geometry, BBOX(0, 5, 1, 4))", "south"),
        ("S_INTERSECTS(geometry, BBOX(0, 5))", "four numbers"),
        ("S_TOUCHES(geometry, GEOMETRYCOLLECTION(POINT(2 3), LINESTRING(4 4, 5 5)))", "dimensions"),
        ("floors = 1e16", "10^15"),
    ],
)
def test_what_does_not_fit_is_refused_in_both_languages(written: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        condition(THINGS, read_filter(written))
    assert said in refusal.value.message.en
    assert refusal.value.message.zh
    assert refusal.value.facts == {"parameter": "filter"}


@pytest.mark.parametrize(
    "expression",
    [
        None,
        [],
        {},
        "x",
        1,
        {"op": "=", "args": [{"property": ["name"]}, "x"]},
        {"op": "=", "args": [{"property": "name"}, None]},
        {"op": "=", "args": [{"property": "name"}, {"sql": "1"}]},
        {"op": ["="], "args": []},
        {"op": "=", "args": "ab"},
        {"op": "and", "args": []},
        {"op": "="},
        {"op": "t_after", "args": [{"property": "since"}, {"date": 5}]},
        {"op": "t_after", "args": [{"property": "since"}, {"interval": 5}]},
        {"op": "t_after", "args": [{"property": "since"}, {"interval": [["..", ".."], ".."]}]},
        {"op": "s_within", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": "1 2"}]},
        {"op": "s_within", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [[[1]]]}]},
        {"op": "s_within", "args": [{"property": "geometry"}, {"type": "Point"}]},
        {"op": "s_within", "args": [{"property": "geometry"}, {"type": "Feature", "geometry": None}]},
        {"op": "s_within", "args": [{"property": "geometry"}, {"type": 5}]},
        {"op": "s_within", "args": [{"property": "geometry"}, {"bbox": "1,2,3,4"}]},
        {"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [1, 2, True, 4]}]},
        {"op": "in", "args": [{"property": "name"}, "ab"]},
        {"op": "casei", "args": ["a"]},
        {"op": "like", "args": [{"property": "name"}, "a\\"]},
        {"op": "like", "args": [{"property": "name"}, {"op": "casei"}]},
        {"op": "like", "args": [{"property": "name"}, {"op": ["casei"]}]},
        {"op": "like", "args": [{"property": "name"}, {"op": 5, "property": "name"}]},
        {"op": "like", "args": [{"property": "name"}, {"op": "+", "args": [1, 2]}]},
        {"op": "+", "args": [1, 2]},
        {"op": "=", "args": [{"op": 5, "property": "floors"}, {"op": "+"}]},
    ],
)
def test_json_of_another_form_is_refused(expression: Any) -> None:
    with pytest.raises(Invalid):
        condition(THINGS, expression)


ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-9, 9),
        st.sampled_from(["a", "..", "2026-05-01", "Point"]),
        st.sampled_from([{"property": name} for name in (*COLUMNS, "geometry", "id")]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["op", "args", "property", "date", "timestamp", "interval", "bbox", "type", "coordinates"]
            ),
            inner,
            max_size=3,
        ),
        st.builds(
            lambda op, args: {"op": op, "args": args}, st.sampled_from(OPERATORS), st.lists(inner, max_size=3)
        ),
    ),
    max_leaves=12,
)


@how(
    deadline=None,
    max_examples=500,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ANYTHING)
def test_anything_in_json_is_answered_or_refused(things: Connection, expression: Any) -> None:
    try:
        stated = condition(THINGS, expression)
    except Invalid:
        return
    things.execute(text(f"SELECT count(*) FROM things WHERE {stated.text}"), dict(stated.values))


def test_values_are_bound_and_names_quoted() -> None:
    nasty = "'; DROP TABLE things; -- :x %s \" "
    stated = condition(THINGS, {"op": "=", "args": [{"property": "name"}, nasty]})
    assert (stated.text, stated.values) == ('"name" = :filter_1', {"filter_1": nasty})


def test_the_deepest_and_the_longest_filters_are_answered(things: Connection) -> None:
    deep = "(" * 36 + "floors" + " + 1)" * 36 + " = 42"
    assert found(things, read_filter(deep)) == [1]
    mixed = "(" * 30 + "floors = 6" + " and floors > 0 or open = false)" * 30
    assert found(things, read_filter(mixed)) == [1, 2, 5]
    with pytest.raises(Invalid, match="nested deeper"):
        condition(THINGS, read_filter("name = " + "casei(" * 60 + "name" + ")" * 60))
    long = " or ".join(f"floors = {number}" for number in range(249))
    assert found(things, read_filter(long)) == [1, 2, 4, 5, 7, 8]
