"""The trail of what was done, by whom, to what, and why."""

import json
from typing import Any

from sqlalchemy import Connection

from gridmap.db.queries import sql


def record(
    connection: Connection, *, action: str, subject: str, details: dict[str, Any] | None = None
) -> None:
    """Append one line in the transaction that does the work; actor and reason are the transaction's.

    The line is chained to the one before it, so lines are written one after another: call this last.
    """
    connection.execute(
        sql("append_audit_line"), {"action": action, "subject": subject, "details": json.dumps(details or {})}
    )
