"""Gates changed by hand, with what was before."""

import pytest
from sqlalchemy import Engine, text

from gridmap.db.engine import transaction
from gridmap.errors import Invalid, NotFound
from gridmap.services.gates import GateEdit, GateValues, find_gate, list_gates, set_gate
from tests.services.sample import AREA

GATE = "望湖苑侧门"


def change(engine: Engine, values: GateValues, wanted: int | str = GATE, area: str | None = None) -> GateEdit:
    with transaction(engine, actor="planner", reason="试", role="gridmap_app") as connection:
        return set_gate(connection, wanted, values, area=area)


def trail(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT actor, subject, reason, details FROM gridmap.audit WHERE action = 'edit gate' ORDER BY id"
            )
        )
        return [tuple(row) for row in rows]


def test_a_gate_is_changed_and_put_back_with_what_the_answer_tells(own_sample: Engine) -> None:
    edited = change(own_sample, {"hours": "06:00-22:00", "residents_only": True})
    assert (edited.gate.hours, edited.gate.residents_only) == ("06:00-22:00", True)
    assert edited.former == {"hours": "关闭", "residents_only": None}
    back = change(own_sample, edited.former, edited.gate.id)
    assert back.former == {"hours": "06:00-22:00", "residents_only": True}
    assert back.gate.values == edited.former
    key = edited.gate.key
    assert trail(own_sample) == [
        ("planner", f"place {key}", "试", {"before": edited.former, "after": back.former}),
        ("planner", f"place {key}", "试", {"before": back.former, "after": edited.former}),
    ]
    assert change(own_sample, {"hours": "关闭"}).former == {"hours": "关闭"}
    assert len(trail(own_sample)) == 2
    assert_listed_and_named(own_sample)
    assert_refused(own_sample)


def assert_listed_and_named(engine: Engine) -> None:
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        gates = list_gates(connection, AREA)
        assert len(gates) == 33
        assert [gate.hours for gate in gates if gate.name == GATE] == ["关闭"]
        (gate,) = (gate for gate in gates if gate.name == GATE)
        _, _, key = gate.key.partition("/")
        assert find_gate(connection, key) == find_gate(connection, gate.key) == gate
        assert find_gate(connection, GATE, area=gate.community) == gate


def assert_refused(engine: Engine) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        change(engine, {"hours": "有时"})
    with pytest.raises(Invalid, match="Nothing"):
        change(engine, {})
    with pytest.raises(NotFound):
        change(engine, {"hours": None}, "无此门")
    with pytest.raises(NotFound):
        change(engine, {"hours": None}, 999_999)
    with pytest.raises(Invalid, match="2 gates") as several:
        change(engine, {"hours": None}, "西堤苑出入口")
    assert "P00028" in several.value.in_language("zh")
    with pytest.raises(NotFound):
        change(engine, {"hours": None}, GATE, area="青禾村")
