"""The least share of its demand that every group (grid) must have covered: a floor of equity."""

from typing import NamedTuple

import numpy as np

from gridmap.core.coverage.siting.greedy import Rules, best_gains, greedy_choice, improved
from gridmap.core.coverage.siting.model import Model
from gridmap.core.coverage.siting.problem import Limits, Problem
from gridmap.core.topology import Booleans, Floats, Integers
from gridmap.errors import Infeasible, Text

ROUNDING = 1e-9
"""A share that falls short by no more than this is met."""
TRIES = 12
"""Times the demand of groups that fall short is raised before it is left to HiGHS."""


class Floors(NamedTuple):
    """Groups that standing facilities do not serve enough.

    Attributes
    ----------
    group : shape (g,).
    needed : shape (g,), demand that candidates must cover.
    standing : shape (g,), demand that standing facilities cover.
    total : shape (g,), all demand of the group.
    """

    group: Integers
    needed: Floats
    standing: Floats
    total: Floats


def floors_of(problem: Problem, limits: Limits, standing: Booleans) -> Floors:
    """Return what the minimum share asks of candidates; nothing if it is 0.

    Parameters
    ----------
    standing : shape (n,), targets that are served whatever is chosen.
    """
    in_group = problem.group >= 0
    groups, row = np.unique(problem.group[in_group], return_inverse=True)
    weight = problem.weight[in_group]
    total = np.bincount(row, weight, minlength=len(groups))
    covered = np.bincount(row, weight * standing[in_group], minlength=len(groups))
    needed = (limits.floor - ROUNDING) * total - covered
    short = needed > 0
    amounts = (amount[short].astype(np.float64) for amount in (needed, covered, total))
    return Floors(groups[short].astype(np.int64), *amounts)


def check_floors(problem: Problem, floors: Floors) -> None:
    """Refuse a share that a group could not have with all candidates open.

    Raises
    ------
    Infeasible : it names the ``groups``, the ``shares`` each could have, and the ``attainable_share`` of all.
    """
    everywhere = problem.covered(np.arange(len(problem.candidates)))
    reach = _sums(floors, problem.group, np.where(everywhere, problem.weight, 0.0))
    short = reach < floors.needed + floors.standing
    if not short.any():
        return
    groups, shares = floors.group[short].tolist(), (reach[short] / floors.total[short]).tolist()
    attainable = float(np.floor(1000 * min(shares)) / 1000)
    raise Infeasible(
        Text(
            en=f"Even all candidates together leave {len(groups)} grids under the minimum share.",
            zh=f"即使启用全部候选点，仍有 {len(groups)} 个网格达不到最低覆盖比例。",
        ),
        hint=_hint(attainable),
        groups=groups,
        shares=shares,
        attainable_share=attainable,
    )


def _hint(attainable: float) -> Text:
    en, zh = "Add candidates within reach of these grids, or", "请在这些网格的服务半径内增加候选点，或"
    if attainable == 0:
        return Text(en=f"{en} leave the minimum share out.", zh=f"{zh}不设最低覆盖比例。")
    return Text(
        en=f"{en} lower the minimum share to {attainable:.1%}.",
        zh=f"{zh}将最低覆盖比例降到 {attainable:.1%}。",
    )


def meeting_floors(model: Model, rules: Rules, floors: Floors, group: Integers) -> Integers | None:
    """Return a choice that gives every group its share, by greedy with more and more weight on those that fall short."""
    pressed = np.ones(len(floors.group))
    for _ in range(TRIES):
        weight = model.weight.copy()
        for number, factor in zip(floors.group, pressed, strict=True):
            weight[group == number] *= factor
        heavier = model._replace(weight=weight)
        chosen = improved(heavier, rules, greedy_choice(heavier, rules))
        has = _sums(floors, group, model.weight * best_gains(model, chosen))
        if (has >= floors.needed).all():
            return chosen
        pressed = np.where(has < floors.needed, 2 * pressed, pressed)
    return None


def _sums(floors: Floors, group: Integers, amount: Floats) -> Floats:
    """Return the sum of an amount over the targets of each group: shape (g,)."""
    return np.array([amount[group == number].sum() for number in floors.group])
