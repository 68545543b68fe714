"""Verdicts for a target group: counts of people by grid, community and area, as far as the k-rule lets them be shown."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.core.coverage.k_rule import shown_units
from gridmap.core.coverage.norms import Norm, TargetGroup
from gridmap.core.coverage.outcomes import Outcome, Question
from gridmap.core.coverage.situation import Homes
from gridmap.core.coverage.tallies import OUTCOMES, tally
from gridmap.core.coverage.verdicts import Judgement
from gridmap.core.topology import Floats, Integers
from gridmap.errors import Text

_SHOWN = [*OUTCOMES, "judged", "share_surely", "share_at_most"]


def why_unknown(norm: Norm, homes: Homes) -> Text | None:
    """Say why the people that a norm is for are not known; None if they are, or if it is for households."""
    group = norm.group or TargetGroup.HOUSEHOLDS
    if homes.weights(group) is not None:
        return None
    if group is TargetGroup.DISABLED:
        return Text(
            en="How many disabled people live here is not known: gridmap keeps no health of residents.",
            zh="残疾人数不详：系统不记录居民健康信息。",
        )
    return Text(
        en="How many people of that age live here is not known: no residents are imported here.",
        zh="该年龄段人数不详：本地没有导入居民数据。",
    )


def count_group(
    judgement: Judgement, homes: Homes, people: Floats, question: Question, community_of_grid: Integers
) -> pd.DataFrame:
    """Count the people of a group by the outcome of one question, from the area down to the grids.

    A community that is hidden hides its grids. The plain comparison is left out here: beside the uncertain it would
    tell of a few people.

    Parameters
    ----------
    people : shape (n,), of the group in each building; NaN where not counted.
    community_of_grid : shape (g,).

    Returns
    -------
    A row for the area, each community and each grid: ``level``, ``unit`` (row; 0 for the area), ``is_shown``, ``people``,
    a column for each outcome, ``judged``, ``share_surely``, ``share_at_most``; NaN where hidden.
    """
    levels = (
        ("area", np.where(homes.community >= 0, 0, -1), np.array([-1])),
        ("community", homes.community, np.zeros(len(homes.rural), dtype=np.int64)),
        ("grid", homes.grid, community_of_grid),
    )
    outcome = judgement.outcome(question).to_numpy(dtype=object)
    tables, shown = [], np.zeros(0, dtype=bool)
    for level, unit, parent in levels:
        table = _counts(outcome, people, unit, len(parent))
        households = _counts(outcome, homes.households, unit, len(parent))["people"].to_numpy()
        shown = shown_units(table[list(OUTCOMES)].to_numpy(), households, parent, shown)
        head = pd.DataFrame({"level": level, "unit": np.arange(len(parent)), "is_shown": shown})
        tables.append(head.join(table.where(head["is_shown"], axis=0)))
    return pd.concat(tables, ignore_index=True)


def _counts(outcome: NDArray[np.object_], weights: Floats, unit: Integers, units: int) -> pd.DataFrame:
    table = tally(outcome, weights, unit, units, is_within=outcome == Outcome.MET.value)
    return table[_SHOWN].assign(people=table[list(OUTCOMES)].sum(axis=1))
