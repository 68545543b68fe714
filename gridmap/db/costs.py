"""What a query would cost, asked of PostgreSQL before the query is."""

from typing import Any

import sqlalchemy
from sqlalchemy import Connection, TextClause

from gridmap.errors import Invalid, Text

MOST_COST = 20_000_000.0
"""In the units of the planner. ST_Intersects alone is reckoned as thousands of plain comparisons."""


def expected_cost(connection: Connection, statement: TextClause, values: dict[str, Any]) -> float:
    """Return what PostgreSQL expects a query to cost, in the units of its planner; the query is not run."""
    explained = sqlalchemy.text(f"EXPLAIN (FORMAT JSON) {statement.text}")
    plans = connection.execute(explained, values).scalar_one()
    return float(plans[0]["Plan"]["Total Cost"])


def refuse_costly(connection: Connection, statement: TextClause, values: dict[str, Any]) -> None:
    """Refuse a query that would cost too much, before it is run.

    Raises
    ------
    Invalid : with the cost expected and the most allowed, and how to ask for less.
    """
    cost, most = expected_cost(connection, statement, values), MOST_COST
    if cost > most:
        raise Invalid(
            Text(
                en=f"The question would have to read too much: {cost / most:.1f} times what one question may cost.",
                zh=f"该查询需读取的数据过多：约为单次查询上限的 {cost / most:.1f} 倍。",
            ),
            hint=Text(
                en="Ask about a smaller shape or a shorter distance, compare geometries once only, or put a "
                "comparison of code, grid or community first.",
                zh="请缩小图形或距离，减少过滤条件中的几何比较，或先用 code、grid、community 限定范围。",
            ),
            reason="cost",
            cost=round(cost),
            most=round(most),
        )
