"""Studies: answers about walking in an area, kept with a receipt that tells when they are stale."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from gridmap.db.queries import sql
from gridmap.db.tables.studies import StudyKind
from gridmap.errors import NotFound, Text
from gridmap.services.areas import AreaReference, find_area
from gridmap.services.audit import record
from gridmap.services.walking import Ground, inputs_hash

MOST_KEPT = 1000
"""Answers of one author that are kept."""
MOST_HOMES = 10_000_000
"""Homes, each counted once a norm, in all answers of one author that are kept: about 2 GB."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an answer was found from.

    Attributes
    ----------
    inputs_hash : of all data that were read.
    data_dates : day of the newest import by kind of data.
    norm_version : standard, edition and hash of its values.
    is_stale : whether the data are others now.
    """

    inputs_hash: str
    data_dates: dict[str, str]
    norm_version: str
    created_at: datetime
    author: str
    is_stale: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the receipt as it is told."""
        return {
            "inputs_hash": self.inputs_hash,
            "data_dates": self.data_dates,
            "norm_version": self.norm_version,
            "created_at": self.created_at.isoformat(),
            "stale": self.is_stale,
        }


@dataclass(frozen=True, slots=True)
class Study:
    """An answer with its question and receipt; `result` is complete, `public` without small counts."""

    id: int
    kind: StudyKind
    area: AreaReference
    question: dict[str, Any]
    receipt: Receipt
    result: dict[str, Any]
    public: dict[str, Any]

    def as_dict(self, *, is_public: bool = False) -> dict[str, Any]:
        """Return the answer as commands and the interface tell it."""
        return {
            "study": self.id,
            "kind": self.kind.value,
            "area": {"code": self.area.code, "name": self.area.name, "synthetic": self.area.synthetic},
            "question": self.question,
            "receipt": self.receipt.as_dict(),
            **(self.public if is_public else self.result),
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is about, without the answer.

    Attributes
    ----------
    inputs_hash : of the data that the answer was found from.
    snapshot : what of the database was seen.
    """

    id: int
    area: AreaReference
    question: dict[str, Any]
    reach_m: float
    inputs_hash: str
    snapshot: str


def keep(
    connection: Connection,
    kind: StudyKind,
    ground: Ground,
    *,
    question: dict[str, Any],
    norm_version: str,
    result: dict[str, Any],
    public: dict[str, Any],
    author: str,
    homes_kept: int = 0,
) -> Study:
    """Keep an answer and return it; `note` it once everything of it is written.

    Parameters
    ----------
    homes_kept : rows that will be written of its homes.
    """
    kept = connection.execute(
        sql("insert_study"),
        {
            "kind": kind.value,
            "area_id": ground.area.id,
            "question": json.dumps(question),
            "reach_m": ground.reach_m,
            "inputs_hash": ground.inputs_hash,
            "data_dates": json.dumps(ground.data_dates),
            "norm_version": norm_version,
            "result": json.dumps(result, allow_nan=False),
            "public_result": json.dumps(public, allow_nan=False),
            "author": author,
            "homes_kept": homes_kept,
        },
    ).one()
    receipt = Receipt(
        ground.inputs_hash, ground.data_dates, norm_version, kept.created_at, author, is_stale=False
    )
    return Study(kept.id, kind, ground.area, question, receipt, result, public)


def note(connection: Connection, study: Study) -> None:
    """Write into the audit trail that an answer was kept, and forget the author's oldest ones."""
    prune(connection, study.receipt.author)
    details = {"study": study.id, **study.question}
    record(connection, action=study.kind.value, subject=study.area.code, details=details)


def prune(
    connection: Connection, author: str, *, most: int = MOST_KEPT, most_homes: int = MOST_HOMES
) -> None:
    """Forget the oldest answers of an author beyond so many, or so many homes, so that strangers fill no disk."""
    beyond = {"author": author, "most": most, "most_homes": most_homes}
    connection.execute(sql("prune_studies"), beyond)


def find_study(connection: Connection, study_id: int, kind: StudyKind) -> Study:
    """Return an answer, and whether its data have changed since.

    Raises
    ------
    NotFound : there is none of that number and kind.
    """
    row = _row(connection, "study_by_id", study_id, kind)
    receipt = Receipt(
        row.inputs_hash,
        row.data_dates,
        row.norm_version,
        row.created_at,
        row.author,
        is_stale=present_hash(connection, row.area_id, row.reach_m) != row.inputs_hash,
    )
    return Study(row.id, kind, _area(row), row.question, receipt, row.result, row.public_result)


def find_asked(connection: Connection, study_id: int, kind: StudyKind) -> Asked:
    """Return what an answer is about.

    Raises
    ------
    NotFound : there is none of that number and kind.
    """
    row = _row(connection, "study_asked", study_id, kind)
    return Asked(row.id, _area(row), row.question, row.reach_m, row.inputs_hash, row.snapshot)


def services_of(connection: Connection, study_id: int) -> list[dict[str, Any]]:
    """Return ``norm``, ``name``, ``kinds`` and ``radius_m`` of each norm that an answer judged."""
    return list(connection.execute(sql("study_services"), {"study_id": study_id}).scalars())


def present_hash(connection: Connection, area_id: int, reach_m: float) -> str:
    """Return the hash of the data that a study of an area would read now."""
    found = connection.execute(sql("communities_under"), {"area_id": area_id})
    return inputs_hash(connection, [row["id"] for row in found.mappings()], reach_m)


def same_study(
    connection: Connection, kind: StudyKind, area_id: int, question: dict[str, Any], norm_version: str
) -> int | None:
    """Return the number of the newest answer to the same question if the data are still the same, else None."""
    newest = connection.execute(
        sql("same_study"),
        {
            "kind": kind.value,
            "area_id": area_id,
            "question": json.dumps(question),
            "norm_version": norm_version,
        },
    ).one_or_none()
    if newest is None:
        return None
    is_fresh = present_hash(connection, newest.area_id, newest.reach_m) == newest.inputs_hash
    return int(newest.id) if is_fresh else None


def list_studies(connection: Connection, wanted: str, kind: StudyKind) -> list[dict[str, Any]]:
    """List the answers about an area, newest first.

    Raises
    ------
    NotFound, Invalid : no such area, or an ambiguous name.
    """
    area = find_area(connection, wanted)
    rows = connection.execute(sql("studies_of_area"), {"area_id": area.id, "kind": kind.value}).mappings()
    return [dict(row) for row in rows]


def homes_of(connection: Connection, study_id: int, norm: str, *, outcome: str | None = None) -> str:
    """Return the homes of an answer by one norm as GeoJSON features, as anyone may see them."""
    asked = {"study_id": study_id, "norm": norm, "verdict": outcome}
    features: Iterable[str] = connection.execute(sql("study_homes"), asked).scalars()
    return ",".join(features)


def _row(connection: Connection, query: str, study_id: int, kind: StudyKind) -> Row[Any]:
    row = connection.execute(sql(query), {"study_id": study_id}).one_or_none()
    if row is None or row.kind != kind:
        raise NotFound(
            Text(en=f"There is no {kind} study {study_id}.", zh=f"没有编号为 {study_id} 的分析结果。")
        )
    return row


def _area(row: Row[Any]) -> AreaReference:
    return AreaReference(row.area_id, row.area, row.area_name, "", row.synthetic)
