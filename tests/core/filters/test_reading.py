"""Filters in JSON, and the limits of both languages."""

import json

import pytest

from gridmap.core.filters import read_filter
from gridmap.core.filters.reading import LONGEST, MOST_PARTS
from gridmap.errors import Invalid


def test_json_is_taken_as_it_is_with_whole_numbers_whole() -> None:
    text = '{"op": "=", "args": [{"property": "plan"}, 900000000000001]}'
    assert read_filter(text, "cql2-json") == json.loads(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("name = 'x'", "not JSON"),
        ('{"op": "=", "args": [1, NaN]}', "NaN is no number"),
        ('{"op": "=", "args": [1, Infinity]}', "Infinity is no number"),
        ('{"op": "=", "args": [1, 1e400]}', "10^15"),
        ('{"op": "=", "args": [1, ' + "9" * 5000 + "]}", "not JSON"),
        ('{"op": "=", "args": [1, ' + "9" * 100 + "]}", "10^15"),
        ('{"op": "=", "args": ["a", "\\u0000"]}', "zero byte"),
        ('{"op": "=", "args": [{"property": "\\ud800"}, "a"]}', "half a character"),
        ('{"op": "=", "args": ["a", "\\udfff"]}', "half a character"),
        ("[" * 9_999, "nested deeper"),
        ('{"op": "not", "args": [' * 500 + "true" + "]}" * 500, "nested deeper"),
        (json.dumps({"op": "in", "args": [1, [1] * MOST_PARTS]}), "parts"),
        (" " * LONGEST + "1", "20,001 characters"),
    ],
    ids=lambda text: text[:24],
)
def test_what_is_too_much_is_refused(text: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_filter(text, "cql2-json")
    assert said in refusal.value.message.en
    assert refusal.value.message.zh
