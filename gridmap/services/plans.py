"""Find a plan."""

from sqlalchemy import Connection, RowMapping

from gridmap.db.queries import sql
from gridmap.errors import NotFound, Text


def find_plan(connection: Connection, plan_id: int) -> RowMapping:
    """Return a plan with its community.

    Raises
    ------
    NotFound : there is no plan of that number.
    """
    found = connection.execute(sql("plan_by_id"), {"plan_id": plan_id}).mappings().one_or_none()
    if found is None:
        raise no_such_plan(plan_id)
    return found


def no_such_plan(plan_id: int) -> NotFound:
    """Return the error for a plan that is not there."""
    return NotFound(
        Text(en=f"There is no plan {plan_id}.", zh=f"没有编号为 {plan_id} 的划分方案。"),
        hint=Text(en="`gridmap plan list AREA` shows them.", zh="可用 gridmap plan list 区域 查看。"),
        plan=plan_id,
    )
