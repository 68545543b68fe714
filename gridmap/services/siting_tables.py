"""A siting as a document: what to open, who gains, how good the choice is, and what else could be done."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from gridmap.core.coverage.k_rule import LEAST_PEOPLE
from gridmap.core.coverage.norms import Norm
from gridmap.core.coverage.siting.answer import Answer
from gridmap.core.coverage.siting.problem import Limits, Problem
from gridmap.core.topology import Floats, Integers
from gridmap.services.coverage_tables import described, plain_value, unchecked
from gridmap.services.standards import Rules

if TYPE_CHECKING:
    from gridmap.services.covering import Situation
    from gridmap.services.siting import Candidates

Row = dict[str, Any]


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
        "chosen": [_chosen(candidates, problem, answer, row) for row in answer.chosen.tolist()],
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
    """Return an answer without gains that stand for few people."""
    gains = [row for row in result["gains"] if min(_parts(row)) >= LEAST_PEOPLE]
    chosen = [{**row, "alone": None} for row in result["chosen"]]
    return {**result, "gains": gains, "chosen": chosen}


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


def _chosen(candidates: "Candidates", problem: Problem, answer: Answer, row: int) -> Row:
    """Describe a chosen candidate, and the people that it alone brings near enough."""
    others = answer.chosen[answer.chosen != row]
    alone = problem.covered(answer.chosen) & ~problem.covered(others)
    place = candidates.table.iloc[row]
    point = candidates.table.geometry.iloc[[row]].to_crs("EPSG:4326").iloc[0]
    return {
        "id": int(place["id"]),
        "kind": place["kind"],
        "name": place["name"],
        "floor_area_m2": plain_value(_number(place["floor_area_m2"])),
        "capacity": plain_value(_number(place["capacity"])),
        "cost": plain_value(_number(place["cost"])),
        "alone": float(problem.weight[alone].sum()),
        "lon": round(float(point.x), 7),
        "lat": round(float(point.y), 7),
    }


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
