"""Columns read in bulk hold what the rows hold."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
import sqlalchemy
from sqlalchemy import Connection, Engine

from gridmap.core.crs import metric_crs
from gridmap.db import columns as module
from gridmap.db.columns import Column, read_columns
from gridmap.db.frames import framed

ROWS = """
SELECT number AS id, CASE WHEN number <> :hidden THEN number * 10 END AS tens,
    number::bigint << 40 AS large, number / 4.0::double precision AS quarter, number % 2 = 0 AS even,
    CASE WHEN number = 3 THEN NULL ELSE repeat('楼a', number) || ' 100% :x' END AS word,
    ST_SetSRID(ST_MakePoint(117, 30 + number / 1000.0), 4326) AS geometry
FROM generate_series(1, :count) AS number ORDER BY number DESC
"""


@pytest.fixture
def rows(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    query = ROWS.replace(":x", "\\:x").replace("::", "\\:\\:")
    monkeypatch.setattr(module, "sql", lambda _: sqlalchemy.text(query))
    with engine.connect() as connection:
        yield connection


def read(connection: Connection, count: int = 4) -> dict[str, Column]:
    return read_columns(connection, "rows", order="id", hidden=2, count=count)


def test_numbers_texts_and_nulls_come_as_they_are(rows: Connection) -> None:
    values = {name: column.values() for name, column in read(rows).items()}
    assert values["id"].tolist() == [1, 2, 3, 4]
    assert values["tens"][[0, 2, 3]].tolist() == [10, 30, 40]
    assert pd.isna(values["tens"]).tolist() == [False, True, False, False]
    assert values["large"].tolist() == [number << 40 for number in (1, 2, 3, 4)]
    assert values["quarter"].tolist() == [0.25, 0.5, 0.75, 1.0]
    assert values["even"].tolist() == [False, True, False, True]
    assert values["word"].tolist() == [
        "楼a 100% :x",
        "楼a楼a 100% :x",
        None,
        "楼a楼a楼a楼a 100% :x",
    ]


def test_a_frame_is_moved_to_the_system_asked_for(rows: Connection) -> None:
    frame = framed(read(rows), crs=metric_crs((116, 30, 117, 31)))
    back = frame.to_crs(4326)
    assert np.allclose(back.geometry.x, 117)
    assert np.allclose(back.geometry.y, [30.001, 30.002, 30.003, 30.004])


def test_no_rows_give_all_columns(rows: Connection) -> None:
    frame = framed(read(rows, count=0), crs=metric_crs((116, 30, 117, 31)))
    assert len(frame) == 0
    assert list(frame.columns) == ["id", "tens", "large", "quarter", "even", "word", "geometry"]
