"""A siting as a document: what to open, who gains, how good the choice is, and what else could be done."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gridmap.core.coverage.k_rule import LEAST_PEOPLE
from gridmap.core.coverage.norms import Norm
from gridmap.core.coverage.siting.answer import Answer
from gridmap.core.coverage.siting.effects import closure_drill, reasons
from gridmap.core.coverage.siting.exploring import Curve
from gridmap.core.coverage.siting.problem import Limits, Problem
from gridmap.core.topology import Floats, Integers
from gridmap.services.coverage_tables import described, plain_value
from gridmap.services.coverage_warnings import unchecked
from gridmap.services.standards import Rules

if TYPE_CHECKING:
    from gridmap.services.covering import Situation
    from gridmap.services.siting import Candidates

Row = dict[str, Any]
WHY = ("reached", "gained", "alone")
"""Demand within the reach of a site; that no standing facility reaches; that no other open site reaches."""


def document(
    situation: "Situation",
    rules: Rules,
    norm: Norm,
    *,
    candidates: "Candidates",
    problem: Problem,
    limits: Limits,
    at_once: Answer | None,
    answer: Answer,
    others: Sequence[Answer],
    curve: Curve | None,
) -> Row:
    """Return the whole answer as plain values; what is not known is None."""
    standard = rules.standard
    before = np.where(problem.covered(np.zeros(0, dtype=np.int64)), problem.weight, 0.0)
    return {
        "standard": {"id": standard.id, "title": standard.title.as_dict(), "edition": standard.edition},
        "norm": described(norm, situation.asked.radius_m),
        "limits": {"count": limits.count, "budget": limits.budget, "floor": limits.floor},
        "demand": float(problem.weight.sum()),
        "before": float(before.sum()),
        "greedy": None if at_once is None else _value(at_once),
        "answer": _value(answer),
        "chosen": _chosen(candidates, problem, answer),
        "alternatives": [_alternative(candidates, one) for one in others],
        "curve": None if curve is None else _curve(curve),
        "closures": _closures(problem),
        "gains": _gains(situation, before, answer.served),
        "left": float(problem.weight.sum() - answer.covered),
        "unreachable": float(problem.weight[problem.unreachable()].sum()),
        "candidates": len(candidates.table),
        "unlinked": [
            {"name": row.name_, "reason": str(row.reason)}
            for row in candidates.table.rename(columns={"name": "name_"}).itertuples()
            if row.reason
        ],
        "warnings": [text.as_dict() for text in unchecked([norm])],
    }


def public(result: Mapping[str, Any]) -> Row:
    """Return an answer without numbers that stand for few people."""
    curve = result["curve"]
    rises = [] if curve is None else np.diff([*curve["covered"], result["demand"]]).tolist()
    return {
        **result,
        "gains": [row for row in result["gains"] if min(_parts(row)) >= LEAST_PEOPLE],
        "chosen": [row | {name: _enough(row[name]) for name in WHY} for row in result["chosen"]],
        "curve": curve if all(_enough(rise) == rise for rise in rises) else None,
        "closures": [
            row | {name: _enough(row[name]) for name in ("lost", "farther")} for row in result["closures"]
        ],
    }


def _enough(people: float) -> float | None:
    return people if people == 0 or people >= LEAST_PEOPLE else None


def _parts(row: Mapping[str, float]) -> list[float]:
    parts = [row["before"], row["after"] - row["before"], row["demand"] - row["after"]]
    return [part for part in parts if part > 0] or [0.0]


def _value(answer: Answer) -> Row:
    return {
        "covered": answer.covered,
        "bound": plain_value(answer.bound),
        "gap": plain_value(answer.gap),
        "proved": answer.is_proved,
    }


def _chosen(candidates: "Candidates", problem: Problem, answer: Answer) -> list[Row]:
    """Describe chosen candidates, and why each is there."""
    why = reasons(problem, answer.chosen)
    rows = []
    for place, row in enumerate(answer.chosen.tolist()):
        site = candidates.table.iloc[row]
        point = candidates.table.geometry.iloc[[row]].to_crs("EPSG:4326").iloc[0]
        rows.append(
            {
                "id": int(site["id"]),
                "kind": site["kind"],
                "name": site["name"],
                **{name: plain_value(_number(site[name])) for name in ("floor_area_m2", "capacity", "cost")},
                **{name: float(getattr(why, name)[place]) for name in WHY},
                "lon": round(float(point.x), 7),
                "lat": round(float(point.y), 7),
            }
        )
    return rows


def _alternative(candidates: "Candidates", answer: Answer) -> Row:
    names = candidates.table["name"].iloc[answer.chosen]
    return {"names": [str(name) for name in names], "covered": answer.covered}


def _curve(curve: Curve) -> Row:
    """Return demand covered by the best choice of 0, 1, … sites."""
    return {
        "covered": [float(one) for one in curve.covered],
        "bound": [float(one) for one in curve.bound],
        "knee": curve.knee,
    }


def _closures(problem: Problem) -> list[Row]:
    """Return who would lose if a standing facility closed, those with the most first."""
    rows = [
        {
            "facility": str(problem.existing.label[one.facility]),
            "lost": one.lost,
            "farther": one.farther,
            "extra_metres": plain_value(one.extra_metres),
        }
        for one in closure_drill(problem)
    ]
    return sorted(rows, key=lambda row: (-row["lost"], row["facility"]))


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _gains(situation: "Situation", before: Floats, after: Floats) -> list[Row]:
    """Return by grid the demand covered before and after, of grids where it differs."""
    grid, weight = situation.homes.grid, situation.homes.households
    rows = []
    for number, code in enumerate(situation.grids):
        here = grid == number
        was, becomes = float(before[here].sum()), float(after[here].sum())
        if was != becomes:
            rows.append({"grid": code, "demand": _sum(weight, here), "before": was, "after": becomes})
    return rows


def _sum(weight: Floats, here: Integers) -> float:
    return float(np.nansum(weight[here]))
