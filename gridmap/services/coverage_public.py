"""What of an answer anyone may see: no count of a few households, though none would be that of anybody.

An answer for the public is counted from homes as anyone may know them (`gridmap.core.coverage.public_homes`), so its
numbers may be added and subtracted freely. A number below 10 is left out all the same: it would look like one.
"""

from collections.abc import Mapping
from typing import Any

from gridmap.core.coverage.k_rule import LEAST_HOUSEHOLDS
from gridmap.core.coverage.tallies import OUTCOMES

Row = dict[str, Any]

COUNTS = (*OUTCOMES, "within", "judged")
HIDDEN = (*COUNTS, "share", "share_surely", "share_at_most")
"""Columns of a unit that are left out where a count in it is small."""


def withheld(document: Mapping[str, Any]) -> Row:
    """Return a document about coverage without its small counts; None stands for 1 to 9 households."""
    return {
        **document,
        "households": enough(document["households"]),
        "norms": [_norm(norm) for norm in document["norms"]],
    }


def enough(households: float | None) -> float | None:
    """Return a number of households if it may be shown: none at all, or at least 10."""
    return households if households is None or households == 0 or households >= LEAST_HOUSEHOLDS else None


def _norm(norm: Mapping[str, Any]) -> Row:
    return {
        **norm,
        "area": {question: _large_counts(counts) for question, counts in norm["area"].items()},
        "straight": _with_enough(norm["straight"], "within"),
        "communities": [_unit(unit) for unit in norm["communities"]],
        "grids": [_unit(unit) for unit in norm["grids"]],
        "floor_sheet": norm["floor_sheet"]
        and [_with_enough(row, "households") for row in norm["floor_sheet"]],
        "facility_sheet": [_with_enough(row, "depending") for row in norm["facility_sheet"]],
        "uncovered": [_with_enough(row, "households") for row in norm["uncovered"]],
        "distances": {
            **norm["distances"],
            "households": [enough(households) for households in norm["distances"]["households"]],
        },
    }


def _unit(unit: Mapping[str, Any]) -> Row:
    return {key: _counts(value) if isinstance(value, dict) else value for key, value in unit.items()}


def _counts(counts: Row) -> Row:
    """Leave out all counts of a unit in which any stands for few households."""
    if all(enough(counts[name]) == counts[name] for name in COUNTS):
        return counts
    return {**counts, **dict.fromkeys(HIDDEN)}


def _large_counts(counts: Row) -> Row:
    """Leave out those counts of the whole area that stand for few households."""
    return {**counts, **{name: enough(counts[name]) for name in COUNTS}}


def _with_enough(row: Mapping[str, Any], name: str) -> Row:
    return {**row, name: enough(row[name])}
