"""Say that the minimum shares cannot be kept, and which share could."""

import numpy as np
from scipy.sparse import csr_matrix, hstack

from gridmap.core.coverage.siting.floors import Floors
from gridmap.core.coverage.siting.greedy import Rules
from gridmap.core.coverage.siting.programme import Programme, solve, stacked
from gridmap.core.coverage.siting.question import Question, Rows, covering_rows
from gridmap.errors import Infeasible, Text


def refusal(asked: Question, rules: Rules, floors: Floors, *, is_proved: bool) -> Infeasible:
    """Return that no choice gives every group its share, and the largest share found that all can have."""
    share = _attainable(asked, rules, floors)
    never = Text(
        en="No choice within the limits gives every grid its minimum share.",
        zh="在限制条件内，没有任何方案能让每个网格都达到最低覆盖比例。",
    )
    unknown = Text(
        en="No choice was found within the limits that gives every grid its minimum share.",
        zh="在限制条件内未找到让每个网格都达到最低覆盖比例的方案。",
    )
    hint = Text(
        en=f"A minimum share of {share:.1%} can be kept; or allow more sites.",
        zh=f"最低覆盖比例可设为 {share:.1%}；也可以增加站点数。",
    )
    return Infeasible(never if is_proved else unknown, hint=hint, attainable_share=share, is_proved=is_proved)


def _attainable(asked: Question, rules: Rules, floors: Floors) -> float:
    """Return a share that all groups in question can have: the largest, unless that takes too long to find."""
    covered, limits, shares = covering_rows(asked, rules, floors)
    blocks = [_with_share(covered, np.zeros(len(covered[1]))), _with_share(limits, np.zeros(len(limits[1])))]
    blocks.append(_with_share((shares[0], -floors.standing, shares[2]), -floors.total))
    count = sum(asked.matrix.shape) + 1
    matrix, low, high = stacked(blocks, count)
    cost, is_site = np.zeros(count), np.arange(count) < asked.matrix.shape[1]
    cost[-1] = -1.0
    solved = solve(Programme(cost, np.zeros(count), np.ones(count), is_site, matrix, low, high))
    return 0.0 if solved.values is None else float(np.floor(1000 * solved.values[-1] + 1e-6) / 1000)


def _with_share(rows: Rows, factor: np.ndarray) -> Rows:
    """Return rows with one more variable, the share."""
    return hstack([rows[0], csr_matrix(factor[:, None])], format="csr"), rows[1], rows[2]
