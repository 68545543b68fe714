"""Rows that an import could not take, and addresses without a building: kept, listed, written out to be mended.

What is written out is mended and imported again under the same data set; the rows taken then leave the quarantine.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, Engine

from gridmap.core.crs import WGS84
from gridmap.db.engine import transaction
from gridmap.db.queries import sql
from gridmap.db.rows import stage
from gridmap.db.tables import quarantine
from gridmap.errors import Invalid, NotFound, Text
from gridmap.io.rejected import Rejected, read_rejected, write_rejected

_MARK = b"gridmap_reason"
_HEAD_BYTES = 4 << 20
"""The mark stands in the header of a CSV file and in the first feature of a GeoJSON one."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row in quarantine and the import it came with.

    Parameters
    ----------
    crs : the system in which its coordinates stand.
    """

    id: int
    import_id: int
    kind: str
    dataset: str
    file_name: str
    crs: str | None
    rejected: Rejected


def list_quarantine(
    connection: Connection, import_id: int | None = None, *, dataset: str | None = None
) -> list[Waiting]:
    """Return the rows in quarantine, of one import or data set or of all, in the order of their files."""
    found = connection.execute(sql("list_quarantine"), {"import_id": import_id, "dataset": dataset})
    return [
        Waiting(
            row.id,
            row.import_id,
            row.kind,
            row.dataset,
            row.file_name,
            row.crs,
            Rejected(
                row.row_number,
                row.column_name,
                row.value,
                row.reason,
                Text(**row.message),
                Text(**row.hint),
                row.record,
            ),
        )
        for row in found
    ]


def export_quarantine(
    engine: Engine, path: Path, import_id: int | None = None, *, dataset: str | None = None, actor: str
) -> int:
    """Write rows in quarantine as CSV or GeoJSON, to be mended and imported again; return how many.

    Raises
    ------
    NotFound : nothing waits.
    Invalid : the rows are of several kinds or coordinate systems, which cannot share a file.
    """
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        waiting = list_quarantine(connection, import_id, dataset=dataset)
    if not waiting:
        raise NotFound(Text(en="No rows are in quarantine.", zh="隔离区中没有记录。"))
    sorts = sorted({(one.kind, one.crs or "") for one in waiting})
    if len(sorts) > 1:
        imports = ", ".join(f"{one} " for one in sorted({one.import_id for one in waiting})).strip()
        raise Invalid(
            Text(
                en="The rows are of several kinds or coordinate systems and cannot share a file.",
                zh="这些记录属于不同类别或坐标系，不能写入同一文件。",
            ),
            hint=Text(en=f"Export one import at a time: {imports}.", zh=f"请逐次导出：{imports}。"),
        )
    write_rejected(path, [one.rejected for one in waiting], crs=sorts[0][1] or None)
    return len(waiting)


def list_unplaced(connection: Connection, dataset: str | None = None) -> list[Rejected]:
    """Return the addresses with households that have no building, of one table or of all."""
    found = connection.execute(sql("unplaced_addresses"), {"dataset": dataset}).all()
    return [
        Rejected(
            number,
            None,
            None,
            "address.ambiguous" if row.match == "ambiguous" else "address.unplaced",
            *(_AMBIGUOUS if row.match == "ambiguous" else _UNPLACED),
            {
                "house_number": row.house_number,
                "street": row.street,
                "households": row.households,
                "lon": row.lon,
                "lat": row.lat,
            },
        )
        for number, row in enumerate(found, start=1)
    ]


def export_unplaced(engine: Engine, path: Path, dataset: str | None = None, *, actor: str) -> int:
    """Write addresses that have no building as CSV, to be given a position and imported again; return how many.

    Raises
    ------
    NotFound : every address with households has a building.
    """
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        unplaced = list_unplaced(connection, dataset)
    if not unplaced:
        raise NotFound(
            Text(en="Every address with households has a building.", zh="所有有户数的门牌均已落到楼栋。")
        )
    write_rejected(path, unplaced, crs=WGS84)
    return len(unplaced)


def put_in_quarantine(connection: Connection, import_id: int, rejected: Sequence[Rejected]) -> None:
    """Keep the rows that an import could not take."""
    if not rejected:
        return
    connection.execute(
        sql("put_in_quarantine"),
        [
            {
                "import_id": import_id,
                "row": one.row,
                "column": one.column,
                "value": one.value,
                "reason": one.reason,
                "message": json.dumps(one.message.as_dict()),
                "hint": json.dumps(one.hint.as_dict()),
                "record": json.dumps(dict(one.record), default=str),
            }
            for one in rejected
        ],
    )


def release(
    connection: Connection,
    *,
    import_id: int,
    kind: str,
    dataset: str,
    file_name: str,
    returned: Sequence[Rejected],
    taken: pd.DataFrame,
) -> int:
    """Remove from quarantine what an import settles; return how many rows are not set aside again.

    Parameters
    ----------
    returned : the rows as they had been written out, if the file is such a file, mended.
    taken : the columns ``field`` (the file's name of the column of identifiers) and ``key`` of the rows taken.
    """
    stated = pd.DataFrame(
        [(one.row, one.reason, one.column or None, one.value or None) for one in returned],
        columns=["row", "reason", "field", "value"],
    )
    stage(connection, stated, quarantine, name="returned_row")
    stage(connection, taken, quarantine, name="taken_key")
    values = {"import_id": import_id, "kind": kind, "dataset": dataset, "file_name": file_name}
    return int(connection.execute(sql("release_from_quarantine"), values).scalar_one())


def returned_rows(path: Path) -> Sequence[Rejected]:
    """Return the rows of a file that was written here to be mended, as they had been; none for any other file."""
    if path.suffix.lower() not in {".csv", ".geojson", ".json"}:
        return ()
    with path.open("rb") as file:
        if _MARK not in file.read(_HEAD_BYTES):
            return ()
    try:
        return read_rejected(path)
    except (Invalid, ValueError, KeyError):
        return ()


_AMBIGUOUS = (
    Text(en="Several buildings have this address.", zh="有多栋楼栋使用该门牌。"),
    Text(en="Give lon and lat.", zh="请补充经纬度。"),
)
_UNPLACED = (
    Text(en="No building has this address, and none is near.", zh="没有使用该门牌的楼栋，附近也没有楼栋。"),
    Text(
        en="Give lon and lat within a community, or correct the address.",
        zh="请补充位于社区内的经纬度，或更正门牌。",
    ),
)
