"""What a query would cost is asked, and the query is not run."""

import time

import pytest
from sqlalchemy import Engine, text

from gridmap.db import costs
from gridmap.db.costs import expected_cost, refuse_costly
from gridmap.errors import Invalid


def test_a_query_is_not_run_to_learn_what_it_costs(engine: Engine) -> None:
    begun = time.monotonic()
    with engine.connect() as connection:
        cheap = expected_cost(connection, text("SELECT pg_sleep(:seconds)"), {"seconds": 30})
        dear = expected_cost(connection, text("SELECT count(*) FROM generate_series(1, 9000000) AS n"), {})
    assert cheap < dear
    assert time.monotonic() - begun < 10


def test_what_costs_too_much_is_refused_with_both_figures(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = text("SELECT count(*) FROM generate_series(1, 1000) AS n")
    monkeypatch.setattr(costs, "MOST_COST", 5.0)
    with engine.connect() as connection, pytest.raises(Invalid) as refused:
        refuse_costly(connection, query, {})
    assert refused.value.facts["cost"] > refused.value.facts["most"] == 5
    assert "smaller shape" in refused.value.hint.en  # type: ignore[union-attr]
    monkeypatch.setattr(costs, "MOST_COST", 5000.0)
    with engine.connect() as connection:
        refuse_costly(connection, query, {})
