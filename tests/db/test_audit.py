"""The audit trail is append-only and shows when it was tampered with."""

import pytest
from sqlalchemy import Engine, text

from gridmap.db.engine import transaction
from gridmap.errors import Forbidden, GridmapError
from gridmap.services.audit import record


def write_lines(engine: Engine, count: int) -> None:
    for number in range(count):
        with transaction(engine, actor="王", reason="测试", role="gridmap_app") as connection:
            record(connection, action="test", subject=f"line {number}", details={"number": number})


def broken(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT gridmap.broken_audit_lines()")).scalars())


def test_lines_carry_actor_reason_and_the_hash_of_the_line_before(engine: Engine) -> None:
    write_lines(engine, 3)
    with engine.connect() as connection:
        lines = connection.execute(text("SELECT * FROM gridmap.audit ORDER BY id")).all()
    assert [(line.actor, line.reason) for line in lines] == [("王", "测试")] * 3
    assert [line.previous_hash for line in lines] == [None, *(line.hash for line in lines[:2])]
    assert broken(engine) == []


def test_nobody_changes_or_deletes_a_line(engine: Engine) -> None:
    write_lines(engine, 1)
    for statement in (
        "UPDATE gridmap.audit SET actor = 'x'",
        "DELETE FROM gridmap.audit",
        "TRUNCATE gridmap.audit",
    ):
        with pytest.raises(Forbidden), transaction(engine, actor="x", role="gridmap_app") as connection:
            connection.execute(text(statement))
        with pytest.raises(GridmapError), transaction(engine, actor="x") as connection:
            connection.execute(text(statement))


def test_a_line_changed_behind_the_back_of_the_triggers_shows(engine: Engine) -> None:
    write_lines(engine, 3)
    with transaction(engine, actor="x") as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE gridmap.audit SET actor = 'x' WHERE details ->> 'number' = '1'"))
    assert len(broken(engine)) == 1
