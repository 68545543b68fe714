"""Say that the minimum shares cannot be kept, which share could, and how many sites or how much money would do."""

import numpy as np
from scipy.sparse import csr_matrix, hstack

from gridmap.core.coverage.siting.floors import Floors
from gridmap.core.coverage.siting.problem import Limits
from gridmap.core.coverage.siting.programme import Programme, solve
from gridmap.errors import Infeasible, Text


def refusal(programme: Programme, floors: Floors, limits: Limits, *, is_proved: bool) -> Infeasible:
    """Return that no choice gives every group its share, and what would have to give way.

    Its facts are ``attainable_share``, the largest that all groups can have within the limits, and ``count_needed`` and
    ``budget_needed``, the least with which the shares asked for can be kept while the other limit stays; those are left
    out where there is no such limit, or no number is enough. Where one takes too long to find, it is the best found.

    Parameters
    ----------
    programme : its last rows are those of the limits, then those of the shares.
    is_proved : no choice exists; else none was found.
    """
    share = _attainable(programme, floors)
    needed = _all_needed(programme, floors, limits)
    never = Text(
        en="No choice within the limits gives every grid its minimum share.",
        zh="在限制条件内，没有任何方案能让每个网格都达到最低覆盖比例。",
    )
    unknown = Text(
        en="No choice was found within the limits that gives every grid its minimum share.",
        zh="在限制条件内未找到让每个网格都达到最低覆盖比例的方案。",
    )
    return Infeasible(
        never if is_proved else unknown,
        hint=_hint(share, needed),
        attainable_share=share,
        is_proved=is_proved,
        **needed,
    )


def _hint(share: float, needed: dict[str, float]) -> Text:
    ways = [Text(en=f"A minimum share of {share:.1%} can be kept", zh=f"最低覆盖比例可设为 {share:.1%}")]
    if "count_needed" in needed:
        count = f"{needed['count_needed']:.0f}"
        ways.append(Text(en=f"{count} sites would do", zh=f"站点数增至 {count} 个即可"))
    if "budget_needed" in needed:
        budget = f"{needed['budget_needed']:,.10g}"
        ways.append(Text(en=f"a budget of {budget} would do", zh=f"预算增至 {budget} 即可"))
    if len(ways) == 1:
        ways.append(
            Text(en="add candidates, or capacity, in these grids", zh="请在这些网格增加候选点或服务能力")
        )
    return Text(en="; or ".join(way.en for way in ways) + ".", zh="；或".join(way.zh for way in ways) + "。")


def _attainable(programme: Programme, floors: Floors) -> float:
    """Return the largest share that all groups in question can have, cut to a thousandth."""
    groups = len(floors.group)
    others = len(programme.row_low) - groups
    factor = csr_matrix(np.concatenate([np.zeros(others), -floors.total])[:, None])
    solved = solve(
        Programme(
            np.append(np.zeros(len(programme.cost)), -1.0),
            np.append(programme.low, 0.0),
            np.append(programme.high, 1.0),
            np.append(programme.is_integer, False),
            hstack([programme.rows, factor], format="csr"),
            np.concatenate([programme.row_low[:others], -floors.standing]),
            programme.row_high,
        )
    )
    return 0.0 if solved.values is None else float(np.floor(1000 * solved.values[-1] + 1e-6) / 1000)


def _all_needed(programme: Programme, floors: Floors, limits: Limits) -> dict[str, float]:
    """Return the least of each limit with which the shares can be kept, the other limit kept."""
    told = {"count_needed": limits.count, "budget_needed": limits.budget}
    names = [name for name, limit in told.items() if limit is not None]
    first = len(programme.row_low) - len(floors.group) - len(names)
    found = {name: _needed(programme, first + place) for place, name in enumerate(names)}
    return {name: amount for name, amount in found.items() if amount is not None}


def _needed(programme: Programme, row: int) -> float | None:
    """Return the least that the sum of a row can be when it has no limit; None if the others cannot be kept."""
    high = programme.row_high.copy()
    high[row] = np.inf
    cost = programme.rows[row].toarray().ravel()
    solved = solve(programme._replace(cost=cost, row_high=high))
    if solved.values is None:
        return None
    return float(cost @ np.where(programme.is_integer, np.rint(solved.values), solved.values))
