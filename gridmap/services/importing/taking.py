"""The rows of one kind into their table, within the transaction of an import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
from sqlalchemy import Connection, Table

from gridmap.core.model import Progress
from gridmap.db.importing import absent, attached
from gridmap.db.queries import sql
from gridmap.db.rows import Taken, stage, upsert
from gridmap.errors import Text
from gridmap.io.reading import Reading
from gridmap.io.rejected import Rejected
from gridmap.services.areas import AreaReference
from gridmap.services.importing.joining import Joining, Scope, join_addresses, refuse_second_count
from gridmap.services.importing.outcome import Attachment, LayerReport, Refusals
from gridmap.services.importing.quarantine import put_in_quarantine
from gridmap.services.importing.refusing import (
    LEVELS,
    Refused,
    outside_of,
    refuse_areas,
    refuse_homeless,
    refuse_placeless,
    refuse_shifted,
    without_count,
)
from gridmap.services.importing.targets import TARGETS, Target

EXAMPLES = 5
OWN_COLUMNS = ("synthetic", "attribution")
"""Columns of areas that come from the caller, never from a file."""


@dataclass(frozen=True, slots=True)
class Import:
    """An import under way.

    Parameters
    ----------
    area : rows outside it are set aside; None: rows may lie anywhere.
    crs_declared : whether the caller named the coordinate system, and is to be believed.
    constants : values that the caller gives beside those of fields.
    returned : the rows of the file as they had been in quarantine, if it is such a file, mended.
    """

    connection: Connection
    id: int
    kind: str
    dataset: str
    file_name: str
    area: AreaReference | None
    crs_declared: bool
    constants: Mapping[str, object]
    returned: Sequence[Rejected]
    progress: Progress


def take_layer(run: Import, reading: Reading) -> LayerReport:
    """Put the good rows of a reading into their table and the others into quarantine.

    Raises
    ------
    Invalid : the coordinates seem to be shifted, or the households counted already.
    """
    target = TARGETS[reading.kind]
    frame = target.prepare(reading.frame)
    if reading.kind == "areas":
        frame = frame.assign(**{name: run.constants[name] for name in OWN_COLUMNS if name in run.constants})
    refused = _refuse(run, reading.kind, frame)
    frame = _without(frame, refused)
    staged = stage(
        run.connection,
        target.sent(frame),
        target.table,
        name=f"incoming_{target.table.name}",
        progress=run.progress,
    )
    refused_later, notes = _refuse_staged(run.connection, reading.kind, staged)
    refused += refused_later
    run.progress("put", 0, len(frame))
    taken = _put(run, reading.kind, target, staged, target.columns_of(frame))
    run.progress("put", len(frame), len(frame))
    frame = _without(frame, refused_later)
    rejected = [*reading.rejected, *_as_rejected(refused, reading)]
    put_in_quarantine(run.connection, run.id, rejected)
    return LayerReport(
        kind=reading.kind,
        read=reading.rows_read,
        inserted=taken.inserted,
        updated=taken.updated,
        unchanged=taken.unchanged,
        merged=reading.merged,
        refusals=_grouped(rejected),
        crs=reading.crs if frame.geometry.notna().any() else None,
        crs_declared=not reading.crs_detected,
        encoding=reading.encoding,
        mapping=tuple(
            (column, name) for column, name in reading.mapping.items() if name not in target.unkept
        ),
        ignored=(*reading.ignored, *(c for c, name in reading.mapping.items() if name in target.unkept)),
        dropped=tuple(reading.dropped_identity),
        notes=(*reading.notes, *notes),
        attached=_attached(run, target, staged) if target.attached else None,
        households=_households(frame),
        absent=_absent(run, target, staged),
    )


def _households(frame: gpd.GeoDataFrame) -> int | None:
    """Return the sum of the counts; None if the kind has none, or no row says any."""
    if "households" not in frame.columns or frame["households"].isna().all():
        return None
    return int(frame["households"].sum())


def _without(frame: gpd.GeoDataFrame, refused: Sequence[Refused]) -> gpd.GeoDataFrame:
    return frame[~frame["row"].isin([one.row for one in refused])]


def _refuse(run: Import, kind: str, frame: gpd.GeoDataFrame) -> list[Refused]:
    target = TARGETS[kind]
    if not run.crs_declared and (target.attached or kind == "households"):
        refuse_shifted(run.connection, frame, run.dataset)
    refused = outside_of(run.connection, frame, run.area) if run.area is not None else []
    if kind == "households":
        known = {one.row for one in refused}
        refused += [one for one in without_count(frame) if one.row not in known]
    return refused


def _refuse_staged(connection: Connection, kind: str, staged: Table) -> tuple[list[Refused], list[Text]]:
    if kind == "areas":
        return refuse_areas(connection, staged)
    if kind == "residents":
        return refuse_homeless(connection, staged), []
    if kind == "organisations":
        return refuse_placeless(connection, staged), []
    return [], []


def _put(run: Import, kind: str, target: Target, staged: Table, columns: list[str]) -> Taken:
    if kind == "residents":
        return _put_residents(run, staged)
    fixed: dict[str, object] = {"import_id": run.id}
    if "dataset" in target.key:
        fixed["dataset"] = run.dataset
    taken = upsert(
        run.connection,
        staged,
        target.table,
        key=target.key,
        columns=columns,
        fixed=fixed,
        kept=target.kept,
    )
    return _with_parents(run.connection, taken) if kind == "areas" else taken


def _with_parents(connection: Connection, taken: Taken) -> Taken:
    """Tie areas into the tree; a row of which only the parent changes counts as updated."""
    moved = set(connection.execute(sql("set_parents"), {"levels": LEVELS}).scalars())
    moved -= set(connection.execute(taken.table.select()).scalars())
    connection.execute(sql("find_parents"), {"levels": LEVELS})
    return replace(taken, updated=taken.updated + len(moved), unchanged=taken.unchanged - len(moved))


def _put_residents(run: Import, staged: Table) -> Taken:
    """Bring residents anew: they have no key, so those whom the data set brought before go first.

    A mended file holds only some rows of a data set, so only those go that an earlier state of that file brought.
    """
    file_name = run.file_name if run.returned else None
    run.connection.execute(sql("forget_residents"), {"dataset": run.dataset, "file_name": file_name})
    values = {"dataset": run.dataset, "import_id": run.id}
    run.connection.execute(sql("put_household_stubs"), values)
    put = run.connection.execute(sql("put_residents"), values).rowcount
    run.connection.execute(sql("forget_joining"))
    return Taken(staged, put, 0, 0)


def _as_rejected(refused: Sequence[Refused], reading: Reading) -> list[Rejected]:
    columns = {name: column for column, name in reading.mapping.items()}
    return [
        Rejected(
            one.row,
            columns.get(one.field) if one.field else None,
            one.value,
            one.problem.reason,
            one.problem.message,
            one.problem.hint,
            reading.record_of(one.row),
        )
        for one in sorted(refused, key=lambda one: one.row)
    ]


def _grouped(rejected: Sequence[Rejected]) -> tuple[Refusals, ...]:
    by_reason: dict[str, list[Rejected]] = {}
    for one in rejected:
        by_reason.setdefault(one.reason, []).append(one)
    return tuple(
        Refusals(
            reason,
            len(rows),
            rows[0].message,
            rows[0].hint,
            tuple((row.row, row.column, row.value) for row in rows[:EXAMPLES]),
        )
        for reason, rows in by_reason.items()
    )


def _attached(run: Import, target: Target, staged: Table) -> Attachment:
    found = attached(run.connection, target.table, staged, dataset=run.dataset, most=EXAMPLES)
    return Attachment(
        found.inside,
        found.astride,
        found.outside,
        tuple(found.astride_examples or ()),
        tuple(found.outside_examples or ()),
    )


def _absent(run: Import, target: Target, staged: Table) -> int:
    if "source_id" not in target.key or run.returned:
        return 0
    return absent(run.connection, target.table, staged, dataset=run.dataset)


def tie_together(run: Import, layers: Sequence[LayerReport]) -> tuple[LayerReport, ...]:
    """Join the tables of households that the layers concern, and say so in their reports.

    A table is joined when it comes, and again when buildings or communities come after it, so that the order of
    imports does not matter.

    Raises
    ------
    Invalid : most of the addresses were counted by another table already.
    """
    tied = []
    for layer in layers:
        joining = _join(run, layer)
        notes = layer.notes
        if layer.kind == "households":
            other = refuse_second_count(run.connection, run.dataset)
            notes = (*notes, *([_counted_twice(*other)] if other else []))
        tied.append(replace(layer, joining=joining, notes=notes))
    return tuple(tied)


SCOPES: Mapping[str, Scope] = {
    "areas": "addresses_in_areas",
    "buildings": "addresses_near_buildings",
    "households": "addresses_of_dataset",
}


def _join(run: Import, layer: LayerReport) -> Joining | None:
    changed = layer.inserted + layer.updated > 0
    if layer.kind not in SCOPES or not (changed or layer.kind == "households"):
        return None
    run.progress("join", 0, 1)
    joining = join_addresses(run.connection, SCOPES[layer.kind], run.dataset)
    run.progress("join", 1, 1)
    return joining if joining.rows else None


def _counted_twice(dataset: str, rows: int) -> Text:
    return Text(
        en=f"{rows} of these addresses are in the table “{dataset}” too: their households are counted twice.",
        zh=f"其中 {rows} 个门牌在数据集“{dataset}”中也有户数，存在重复计数。",
    )
