"""Plans changed by hand: a drawn plan, edits of it with their inverses, its history, comparing and merging."""

from gridmap.core.editing.change import Change, GridCount, apply
from gridmap.core.editing.difference import Difference, difference, pair_grids
from gridmap.core.editing.edits import Edit, edit_as_dict, edit_from_dict
from gridmap.core.editing.merging import Conflict, ConflictKind, Merged, Side, merge
from gridmap.core.editing.plan import DrawnPlan
from gridmap.core.editing.reasons import Reason, ReasonKind

__all__ = [
    "Change",
    "Conflict",
    "ConflictKind",
    "Difference",
    "DrawnPlan",
    "Edit",
    "GridCount",
    "Merged",
    "Reason",
    "ReasonKind",
    "Side",
    "apply",
    "difference",
    "edit_as_dict",
    "edit_from_dict",
    "merge",
    "pair_grids",
]
