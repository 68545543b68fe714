"""Say that the minimum shares cannot be kept, and which share could."""

import numpy as np
from scipy.sparse import csr_matrix, hstack

from gridmap.core.coverage.siting.floors import Floors
from gridmap.core.coverage.siting.programme import Programme, solve
from gridmap.errors import Infeasible, Text


def refusal(programme: Programme, floors: Floors, *, is_proved: bool) -> Infeasible:
    """Return that no choice gives every group its share, and the largest share found that all can have.

    Parameters
    ----------
    programme : its last rows are those of the shares.
    is_proved : no choice exists; else none was found.
    """
    share = _attainable(programme, floors)
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


def _attainable(programme: Programme, floors: Floors) -> float:
    """Return a share that all groups in question can have: the largest, unless that takes too long to find."""
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
