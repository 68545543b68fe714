"""How the grids of one plan became those of another: the lookup U, S, M, X, and the codes that stay."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection

from gridmap.core.division.redivision.lookup import Link, Succession, lookup
from gridmap.db.queries import sql
from gridmap.errors import Invalid, Text
from gridmap.services.plans import find_plan

KINDS = {
    Succession.UNCHANGED: Text(en="unchanged", zh="未变"),
    Succession.SPLIT: Text(en="split", zh="拆分"),
    Succession.MERGED: Text(en="merged", zh="合并"),
    Succession.IRREGULAR: Text(en="irregular", zh="不规则"),
}
HEADERS = {
    "old_code": "原网格编码",
    "change": "变化类型",
    "new_code": "新网格编码",
    "households": "共有户数",
    "carriers": "共有楼栋数",
    "continues": "延续",
    "meaning": "说明",
}
"""Columns of the exported lookup, as the lookups of the ONS order them, with their Chinese names."""

Row = dict[str, Any]


def succession(connection: Connection, old: int, new: int) -> list[Link]:
    """Return the lookup between two plans of one community, by the sequences of their grids, as things are now.

    Raises
    ------
    NotFound : no such plan.
    Invalid : the plans divide different communities.
    """
    _expect_same_community(connection, old, new)
    rows = connection.execute(sql("places_in_two_plans"), {"old": old, "new": new}).all()
    before, after = (
        np.array([-1 if number is None else number for number in column], dtype=np.int64)
        for column in ([row.old for row in rows], [row.new for row in rows])
    )
    households = np.array([row.households for row in rows], dtype=np.int64)
    return lookup(before, after, households, np.array([row.is_carrier for row in rows], dtype=bool))


def lookup_table(connection: Connection, old: int, new: int) -> list[Row]:
    """Return the lookup between two plans by code; a grid of a draft is named by its sequence, as ``#3``.

    Between a plan and the one put in force after it, it is the lookup kept on that day; else it is made now.

    Raises
    ------
    NotFound : no such plan.
    Invalid : the plans divide different communities.
    """
    _expect_same_community(connection, old, new)
    kept = connection.execute(sql("succession_of_plan"), {"old": old, "new": new}).mappings().all()
    if kept:
        return [_row(Succession(row["kind"]), dict(row)) for row in kept]
    names = [_names(connection, plan) for plan in (old, new)]
    return [_row(link.kind, _with_names(link, *names)) for link in succession(connection, old, new)]


def _with_names(link: Link, old: dict[int, str], new: dict[int, str]) -> Row:
    return {
        "old_code": old[link.old] if link.old is not None else None,
        "new_code": new[link.new] if link.new is not None else None,
        "households": link.households,
        "carriers": link.carriers,
        "continues": link.continues,
    }


def _row(kind: Succession, told: Row) -> Row:
    meaning = KINDS[kind]
    values = told | {"change": str(kind), "meaning": f"{meaning.zh} {meaning.en}"}
    return {name: values[name] for name in HEADERS}


def _names(connection: Connection, plan_id: int) -> dict[int, str]:
    grids = connection.execute(sql("grids_of_plan"), {"plan_id": plan_id}).all()
    return {grid.sequence: grid.code or f"#{grid.sequence}" for grid in grids}


def kept_codes(connection: Connection, links: Sequence[Link], former: int) -> dict[int, str]:
    """Return the codes that the grids of a draft keep, by sequence: those of unchanged grids."""
    codes = _names(connection, former)
    return {
        link.new: codes[link.old]
        for link in links
        if link.kind is Succession.UNCHANGED and link.old is not None and link.new is not None
    }


def keep_succession(connection: Connection, links: Sequence[Link], former: int, plan_id: int) -> None:
    """Enter the lookup between the former plan and the one that is put in force, for good."""
    old, new = (_names(connection, plan) for plan in (former, plan_id))
    both = {"plan_id": plan_id, "former_plan_id": former}
    rows = [both | {"kind": str(link.kind)} | _with_names(link, old, new) for link in links]
    if rows:
        connection.execute(sql("keep_succession"), rows)


def write_lookup(rows: Sequence[Row], file: Path) -> None:
    """Write a lookup as CSV (UTF-8 with a mark, so that Excel reads it), with headers in Chinese and English."""
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow([f"{zh} {name}" for name, zh in HEADERS.items()])
        writer.writerows(_cells(rows))


def _cells(rows: Sequence[Row]) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            "" if value is None else int(value) if isinstance(value, bool) else value
            for value in row.values()
        ]


def _expect_same_community(connection: Connection, old: int, new: int) -> None:
    if find_plan(connection, old)["community_id"] != find_plan(connection, new)["community_id"]:
        raise Invalid(
            Text(
                en=f"Plans {old} and {new} divide different communities.",
                zh=f"方案 {old} 与 {new} 划分的不是同一个社区。",
            ),
            hint=Text(en="Give two plans of one community.", zh="请给出同一社区的两个方案。"),
        )
