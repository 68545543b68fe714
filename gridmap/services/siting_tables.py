"""A siting as a document: what to open, who gains, how good the choice is, and what else could be done."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from gridmap.core.coverage.groups import why_unknown
from gridmap.core.coverage.k_rule import LEAST_HOUSEHOLDS, LEAST_PEOPLE
from gridmap.core.coverage.norms import Norm, TargetGroup
from gridmap.core.coverage.siting.answer import Answer
from gridmap.core.coverage.siting.effects import closure_drill, reasons
from gridmap.core.coverage.siting.exploring import Curve
from gridmap.core.coverage.siting.problem import NOTHING, Problem
from gridmap.core.coverage.situation import Homes
from gridmap.core.topology import Floats
from gridmap.errors import Text
from gridmap.services.candidates import Candidates, counted, places_each
from gridmap.services.coverage_tables import described, plain_value
from gridmap.services.coverage_warnings import unchecked
from gridmap.services.questions import Objective

if TYPE_CHECKING:
    from gridmap.services.covering import Situation
    from gridmap.services.siting import Case, Solved

Row = dict[str, Any]
WHY = ("reached", "gained", "alone")
"""Demand within the reach of a site; that no standing facility reaches; that no other open site reaches."""


def document(case: "Case", solved: "Solved") -> Row:
    """Return the whole answer as plain values; what is not known is None."""
    standard, asked, choice, near = case.rules.standard, case.asked, solved.choice, solved.near
    before = np.where(near.covered(NOTHING), near.weight, 0.0)
    served = _served(near, choice.answer, asked.objective)
    return {
        "standard": {"id": standard.id, "title": standard.title.as_dict(), "edition": standard.edition},
        "norm": described(case.norm, asked.walking.radius_m),
        "objective": asked.objective.value,
        "counted": counted(case.norm, solved.situation.homes).value,
        "limits": {"count": asked.count, "budget": asked.budget, "floor": asked.floor},
        "demand": float(near.weight.sum()),
        "before": float(before.sum()),
        "greedy": None if choice.at_once is None else _value(near, choice.at_once, asked.objective),
        "answer": _value(near, choice.answer, asked.objective),
        "walk": _walk(case, solved) if asked.objective is Objective.NEAREST else None,
        "chosen": _chosen(case.candidates, near, choice.answer),
        "alternatives": [_alternative(case.candidates, one) for one in choice.others],
        "curve": None if choice.curve is None else _curve(choice.curve),
        "closures": _closures(near),
        "gains": _gains(solved.situation, near.weight, before, served),
        "left": float(near.weight.sum() - served.sum()),
        "unreachable": float(near.weight[near.unreachable()].sum()),
        "candidates": len(case.candidates.table),
        "unlinked": [
            {"name": name, "reason": str(reason)}
            for name, reason in zip(
                case.candidates.table["name"], case.candidates.table["reason"], strict=True
            )
            if reason
        ],
        "warnings": [text.as_dict() for text in _warnings(case.norm, solved.situation.homes)],
    }


def at_once(case: "Case", homes: Homes, near: Problem, first: Answer) -> Row:
    """Return a first answer, without numbers that stand for few people."""
    least = least_told(case, homes)
    told = {
        "demand": float(near.weight.sum()),
        "before": float(near.weight[near.covered(NOTHING)].sum()),
        "covered": float(_served(near, first, case.asked.objective).sum()),
    }
    return {
        "names": [str(case.candidates.table["name"].iloc[row]) for row in first.chosen.tolist()],
        **_enough(least, told, *told),
    }


def withheld(document: Mapping[str, Any], least: float) -> Row:
    """Return a document without numbers that stand for few people, though none would be that of anybody.

    Parameters
    ----------
    least : the smallest number besides 0 that is told.
    """
    enough = partial(_enough, least)
    curve = document["curve"]
    rises = np.diff([] if curve is None else [*curve["covered"], document["demand"]])
    return {
        **enough(dict(document), "demand", "before", "left", "unreachable"),
        "greedy": document["greedy"] and enough(document["greedy"], "covered"),
        "answer": enough(document["answer"], "covered"),
        "gains": [row for row in document["gains"] if min(_parts(row)) >= least],
        "chosen": [enough(row, *WHY) for row in document["chosen"]],
        "alternatives": [enough(row, "covered") for row in document["alternatives"]],
        "curve": curve if all(rise <= 0 or rise >= least for rise in rises) else None,
        "closures": [enough(row, "lost", "farther") for row in document["closures"]],
    }


def least_told(case: "Case", homes: Homes) -> float:
    """Return the smallest number that may be told: of households or people, or of the places these need."""
    is_of_households = counted(case.norm, homes) is TargetGroup.HOUSEHOLDS
    least = float(LEAST_HOUSEHOLDS if is_of_households else LEAST_PEOPLE)
    return least * places_each(case.norm) if case.asked.capacitated else least


def _enough(least: float, row: Row, *names: str) -> Row:
    """Return a row without those of its numbers that are small and not 0."""
    return row | {name: row[name] if row[name] == 0 or row[name] >= least else None for name in names}


def _warnings(norm: Norm, homes: Homes) -> Iterator[Text]:
    yield from unchecked([norm])
    if unknown := why_unknown(norm, homes):
        yield Text(en=f"{unknown.en} Households are counted instead.", zh=f"{unknown.zh}以户数代替。")


def _parts(row: Mapping[str, float]) -> list[float]:
    parts = [row["before"], row["after"] - row["before"], row["demand"] - row["after"]]
    return [part for part in parts if part > 0] or [0.0]


def _served(near: Problem, answer: Answer, objective: Objective) -> Floats:
    """Return the demand within the radius that is served, shape (n,)."""
    if objective is Objective.NEAREST:
        return np.where(near.covered(answer.chosen), near.weight, 0.0)
    return answer.served


def _value(near: Problem, answer: Answer, objective: Objective) -> Row:
    return {
        "value": plain_value(answer.value),
        "covered": float(_served(near, answer, objective).sum()),
        "bound": plain_value(answer.bound),
        "gap": plain_value(answer.gap),
        "proved": answer.is_proved,
    }


def _walk(case: "Case", solved: "Solved") -> Row:
    """Return the mean walk to the nearest facility; who is farther than was searched is charged that far."""
    weight = solved.problem.weight

    def mean(metres: Floats) -> float | None:
        walked = np.minimum(metres, case.beyond_m) @ weight
        return float(walked / weight.sum()) if weight.sum() > 0 else None

    return {
        "beyond_m": case.beyond_m,
        "before_m": mean(solved.problem.metres(NOTHING)),
        "after_m": mean(solved.problem.metres(solved.choice.answer.chosen)),
    }


def _chosen(candidates: Candidates, problem: Problem, answer: Answer) -> list[Row]:
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


def _alternative(candidates: Candidates, answer: Answer) -> Row:
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


def _gains(situation: "Situation", weight: Floats, before: Floats, after: Floats) -> list[Row]:
    """Return by grid the demand covered before and after, of grids where it differs."""
    grid, rows = situation.homes.grid, []
    for number, code in enumerate(situation.grids):
        here = grid == number
        was, becomes = float(before[here].sum()), float(after[here].sum())
        if was != becomes:
            rows.append({"grid": code, "demand": float(weight[here].sum()), "before": was, "after": becomes})
    return rows
