"""Features as they are sent."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.given import merged, read_feature, read_geometry, read_object
from gridmap.errors import Invalid

LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)

RFC_7396 = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]
"""Target, patch and result: appendix A of the standard."""


@pytest.mark.parametrize(("target", "patch", "result"), RFC_7396, ids=str)
def test_patches_merge_as_the_standard_shows(target: Any, patch: Any, result: Any) -> None:
    assert merged(target, patch) == result


@given(DOCUMENTS, DOCUMENTS)
def test_a_patch_applied_twice_changes_nothing_more_and_leaves_the_document_it_was_given(
    target: Any, patch: Any
) -> None:
    before = repr(target)
    once = merged(target, patch)
    assert merged(once, patch) == once
    assert repr(target) == before


@given(st.binary(max_size=60) | DOCUMENTS.map(repr).map(str.encode))
def test_any_body_is_an_object_or_refused(body: bytes) -> None:
    with suppress(Invalid):
        assert isinstance(read_object(body), dict)


@given(DOCUMENTS.map(lambda node: {"type": "Point", "coordinates": node}) | DOCUMENTS)
def test_any_geometry_is_valid_or_refused(node: Any) -> None:
    with suppress(Invalid):
        shape = read_geometry(node, lambda points: points, ("Point",))
        assert shape.geom_type == "Point"
        assert shape.is_valid
        assert not shape.has_z


def test_members_that_mean_nothing_here_are_passed_over() -> None:
    document = {"type": "Feature", "geometry": None, "properties": {}, "bbox": [], "links": [], "more": 1}
    assert read_feature(document) == (None, {})
