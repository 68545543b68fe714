"""Make the walk of all shortest: the p-median, by greedy, exchanges and a Lagrangian bound.

The walk of a target is that to its nearest open site, at most `beyond`: the radius within which pairs were searched. So
pairs farther apart need not be known, and a choice is charged for everyone whom it leaves out.

Source: Teitz and Bart, "Heuristic methods for estimating the generalized vertex median of a weighted graph", Operations
Research 16, 1968; Cornuejols, Fisher and Nemhauser, "Location of bank accounts to optimize float", Management Science 23,
1977.
"""

import numpy as np

from gridmap.core.coverage.siting.answer import Answer
from gridmap.core.coverage.siting.model import savings_model
from gridmap.core.coverage.siting.problem import NOTHING, Limits, Problem
from gridmap.core.coverage.siting.search import Found, at_once, rules_of, searched
from gridmap.errors import Invalid, Text


def greedy_median(problem: Problem, limits: Limits, *, beyond: float) -> Answer:
    """Return a good choice at once, with a bound; see `p_median`."""
    _refuse_floor(limits)
    found = at_once(savings_model(problem, beyond), rules_of(problem, limits))
    return _answer(problem, found, beyond)


def p_median(problem: Problem, limits: Limits, *, beyond: float) -> Answer:
    """Return candidates with which, beside the standing facilities, the sum of demand times metres is small.

    The bound says how much smaller it could be.

    Parameters
    ----------
    beyond : metres that a target is charged which no open site is nearer to.

    Raises
    ------
    Invalid : a minimum share is asked for, which this model does not know.
    """
    _refuse_floor(limits)
    return _answer(problem, searched(savings_model(problem, beyond), rules_of(problem, limits), 0.0), beyond)


def _answer(problem: Problem, found: Found, beyond: float) -> Answer:
    before, after = (
        np.minimum(problem.metres(it), beyond) @ problem.weight for it in (NOTHING, found.chosen)
    )
    served = np.where(problem.covered(found.chosen), problem.weight, 0.0)
    bound = min(float(after), float(before) - found.bound.value)
    return Answer(np.sort(found.chosen), float(after), max(0.0, bound), served, "least")


def _refuse_floor(limits: Limits) -> None:
    if limits.floor > 0:
        raise Invalid(
            Text(
                en="The shortest walk of all knows no minimum share.",
                zh="最短步行距离模型不支持最低覆盖比例。",
            ),
            hint=Text(en="Ask for most people covered instead.", zh="请改用覆盖人口最多的模型。"),
        )
