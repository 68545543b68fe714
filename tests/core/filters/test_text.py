"""CQL2 text is read as the standard writes it, and anything else is refused at the character where it ends to be CQL2."""

import json
import time
from contextlib import suppress
from typing import Any

import cql2
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gridmap.core.filters import read_filter
from gridmap.core.filters.refusals import DEEPEST
from gridmap.errors import Invalid
from tests.core.filters.examples import filters

NAME, FLOORS = {"property": "name"}, {"property": "floors"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("name = 'x'", {"op": "=", "args": [NAME, "x"]}),
        ("name = 'it''s'", {"op": "=", "args": [NAME, "it's"]}),
        (r"name = 'it\'s'", {"op": "=", "args": [NAME, "it's"]}),
        ("\"name\" <> '网格'", {"op": "<>", "args": [NAME, "网格"]}),
        ('"a ""b"""', {"property": 'a "b"'}),
        ("名称", {"property": "名称"}),
        ("floors >= -3", {"op": ">=", "args": [FLOORS, -3]}),
        ("floors < .5e1", {"op": "<", "args": [FLOORS, 5.0]}),
        ("-floors > +2", {"op": ">", "args": [{"op": "*", "args": [-1, FLOORS]}, 2]}),
        ("TRUE", True),
        ("floors", FLOORS),
        ("((floors)) = (2)", {"op": "=", "args": [FLOORS, 2]}),
        ("name IS NULL", {"op": "isNull", "args": [NAME]}),
        ("name is not null", {"op": "not", "args": [{"op": "isNull", "args": [NAME]}]}),
        ("floors BETWEEN 1 AND 2", {"op": "between", "args": [FLOORS, 1, 2]}),
        ("name NOT IN ('a', 'b')", {"op": "not", "args": [{"op": "in", "args": [NAME, ["a", "b"]]}]}),
        (
            "CASEI(name) LIKE casei('a%')",
            {"op": "like", "args": [{"op": "casei", "args": [NAME]}, {"op": "casei", "args": ["a%"]}]},
        ),
        (
            "s_intersects(g, BBOX(1,2,3,4))",
            {"op": "s_intersects", "args": [{"property": "g"}, {"bbox": [1, 2, 3, 4]}]},
        ),
        (
            "S_WITHIN(g, POINT(1 2))",
            {"op": "s_within", "args": [{"property": "g"}, {"type": "Point", "coordinates": [1.0, 2.0]}]},
        ),
        ("since > DATE('2026-05-01')", {"op": ">", "args": [{"property": "since"}, {"date": "2026-05-01"}]}),
        (
            "T_DURING(since, INTERVAL('2026-05-01', '..'))",
            {"op": "t_during", "args": [{"property": "since"}, {"interval": ["2026-05-01", ".."]}]},
        ),
        ("a_contains(types, ('a', 'b'))", {"op": "a_contains", "args": [{"property": "types"}, ["a", "b"]]}),
        ("a_equals(types, ())", {"op": "a_equals", "args": [{"property": "types"}, []]}),
    ],
)
def test_text_means_what_the_standard_says(text: str, meant: Any) -> None:
    assert read_filter(text) == meant


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a = 1 OR b = 2 AND c = 3", "a = 1 OR (b = 2 AND c = 3)"),
        ("NOT a = 1 AND b = 2", "(NOT (a = 1)) AND (b = 2)"),
        ("a + 2 * b ^ 2 > 1", "(a + (2 * (b ^ 2))) > 1"),
        ("a - b - c = 1", "((a - b) - c) = 1"),
        ("a / b div c % d = 1", "(((a / b) div c) % d) = 1"),
        ("a BETWEEN 1 AND 2 AND b = 1", "(a BETWEEN 1 AND 2) AND (b = 1)"),
        ("-a ^ 2 = 1", "-(a) ^ 2 = 1"),
    ],
)
def test_operators_hold_their_operands_as_in_mathematics(text: str, same: str) -> None:
    assert read_filter(text) == read_filter(same)


@given(filters())
def test_text_is_read_as_the_reference_library_reads_it(expression: Any) -> None:
    """`cql2` writes the text, and both read it; for it ``\\'`` is no quote, and ``a_containedBy`` has capitals."""
    text = cql2.Expr(expression).to_text()
    assume("\\'" not in text)
    meant = json.dumps(cql2.parse_text(text).to_json()).replace("a_containedBy", "a_containedby")
    assert read_filter(text) == json.loads(meant)


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("name = (select 1)", 16),
        ("name = 'a' garbage", 12),
        ("name == 'a'", 7),
        ("name != 'a'", 6),
        ("name = 'a'; DROP TABLE x", 11),
        ("name = null", 8),
        ("name like 'a' || 'b'", 15),
        ("name not 'a'", 10),
        ("floors between 1 or 2", 18),
        ("in ('a')", 1),
        ("s_within(geometry, LINESTRING(1 2))", 20),
        ("s_within(geometry, POLYGON((0 0, 1 0, 1 1)))", 20),
        ("name = 'a", 8),
    ],
)
def test_what_is_no_cql2_is_refused_at_its_character(text: str, character: int) -> None:
    with pytest.raises(Invalid, match=f"character {character}\\b") as refusal:
        read_filter(text)
    assert f"第 {character} 个字符" in refusal.value.message.zh
    assert refusal.value.hint is not None
    assert refusal.value.facts == {"parameter": "filter"}


@pytest.mark.parametrize(
    "text", ["", "  ", "name =", "(name", "name in", "s_within(geometry, POINT(1 2)", "a and"]
)
def test_what_ends_too_early_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="too early"):
        read_filter(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 9_000 + "name = 'a'" + ")" * 9_000,
        "not " * 4_000 + "a",
        "a = " + "-" * 9_000 + "1",
        "1 = " * 3_000 + "1",
        "1 + " * 3_000 + "1",
        "casei(" * 3_000,
        "GEOMETRYCOLLECTION(" * 1_000,
        "a between " * 1_500,
        "a = " + "1" * 19_000,
        "a in (" + "1," * 9_000 + "1)",
        "'" * 19_999,
        "a\\" * 9_000,
        "a = 'x' and " * 1_600 + "a",
        "x" * 1_000_000,
    ],
    ids=lambda text: text[:24],
)
def test_hostile_texts_are_refused_at_once(text: str) -> None:
    start = time.process_time()
    with pytest.raises(Invalid) as refusal:
        read_filter(text)
    assert time.process_time() - start < 1
    assert len(refusal.value.message.en) < 200


def test_brackets_may_lie_in_one_another_as_deep_as_programs_write_them() -> None:
    depth = DEEPEST - 4
    text = "(" * depth + "a = 0" + "".join(f" and a = {n})" for n in range(depth))
    assert read_filter(text)["op"] == "and"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Invalid):
        read_filter(text)


@given(
    st.lists(
        st.sampled_from(
            [
                "(",
                ")",
                ",",
                "'",
                '"',
                "=",
                "<>",
                "and",
                "or",
                "not",
                "in",
                "is",
                "null",
                "like",
                "between",
                "1",
                "a",
                "date",
                "interval",
                "point",
            ]
        )
    )
)
def test_any_mixture_of_words_is_read_or_refused(words: list[str]) -> None:
    with suppress(Invalid):
        read_filter(" ".join(words))
