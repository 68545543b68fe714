"""One file into the database, whole or not at all."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
from sqlalchemy import Engine

from gridmap.core.codes import parse_area_code
from gridmap.core.crs import WGS84, Bounds
from gridmap.core.model import AreaLevel, Progress, silent
from gridmap.db.engine import transaction
from gridmap.db.queries import sql
from gridmap.errors import Invalid, Text
from gridmap.io.osm import ATTRIBUTION
from gridmap.io.reading import Reading, ReadOptions, read
from gridmap.io.schemas import KINDS
from gridmap.services.areas import AreaReference, find_area
from gridmap.services.audit import record
from gridmap.services.importing.quarantine import release, returned_rows
from gridmap.services.importing.report import ImportReport
from gridmap.services.importing.taking import Import, take_layer, tie_together

ORDER = (
    "areas",
    "cells",
    "buildings",
    "roads",
    "places",
    "facilities",
    "organisations",
    "households",
    "residents",
)
"""Kinds in the order in which they may refer to each other."""
OWN_CONSTANTS: Mapping[str, frozenset[str]] = {
    "areas": frozenset({"synthetic", "attribution"}),
    "osm": frozenset({"synthetic", "attribution", "code", "name", "level"}),
}
"""What ``--set`` may give beside the fields of a kind. With code and name the region of an OSM extract becomes an area."""
TRUE_WORDS = frozenset({"true", "yes", "1", "是"})


def import_file(
    engine: Engine,
    kind: str,
    path: Path,
    *,
    options: ReadOptions | None = None,
    constants: Mapping[str, str] | None = None,
    dataset: str | None = None,
    area: str | None = None,
    actor: str,
    reason: str = "",
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Take a file in: read and check it, then, in one transaction, put its good rows and set the others aside.

    A row is found again by data set and identifier (areas by code): importing a file twice changes nothing, a
    mended file changes what was mended. Rows that an earlier file of the data set had and this one lacks stay;
    only residents, who have no key, are brought anew as a whole. What an earlier import of the data set left in
    quarantine goes when it came from a file of the same name, when the file is the mended one, when the same row is
    set aside again, or when a row of its identifier is taken now.

    Parameters
    ----------
    kind : ``areas``, ``buildings`` … or ``osm``, an extract that holds several.
    options : how to read the file.
    constants : a value for all rows by field; for areas also ``synthetic`` and ``attribution``, for an OSM extract the
        ``code`` and ``name`` under which the region it covers becomes an area too.
    dataset : name under which the rows are found again; None: the file's name without its ending.
    area : code or name of the area the rows are for; rows outside it are set aside.
    actor, reason : who imports, and why, as the trail keeps it.
    dry_run : do all of it, report, and keep nothing.
    progress : told the stages ``read``, ``check``, ``store``, ``put``, ``join``; may raise to cancel, then nothing is kept.

    Raises
    ------
    NotFound : there is no such file or area.
    Invalid : the file cannot be read, or none of its rows can be taken.
    Unavailable : the database cannot be reached or went away; nothing was kept.
    """
    options, own = _with_constants(kind, options or ReadOptions(), constants or {})
    place, bounds = _known_place(engine, area, actor)
    readings = _read(kind, path, replace(options, near=options.near or bounds), own, progress)
    sha256 = _sha256(path)
    with transaction(engine, actor=actor, reason=reason, role="gridmap_app") as connection:
        connection.execute(sql("one_import_at_a_time"))
        first = readings[0]
        values = {"kind": kind, "dataset": dataset or _stem(path), "file_name": path.name, "sha256": sha256}
        seen = {"crs": first.crs, "encoding": first.encoding}
        run = Import(
            connection=connection,
            id=connection.execute(sql("begin_import"), values | seen).scalar_one(),
            kind=kind,
            dataset=values["dataset"],
            file_name=path.name,
            area=place,
            crs_declared=options.crs is not None,
            constants=own,
            returned=returned_rows(path),
            progress=progress,
        )
        report = _take(run, readings, sha256, dry_run=dry_run)
        if dry_run:
            connection.rollback()
    return report


def _take(run: Import, readings: list[Reading], sha256: str, *, dry_run: bool) -> ImportReport:
    layers = tie_together(run, [take_layer(run, reading) for reading in readings])
    report = ImportReport(
        kind=run.kind,
        file_name=run.file_name,
        sha256=sha256,
        dataset=run.dataset,
        dry_run=dry_run,
        import_id=None if dry_run else run.id,
        layers=layers,
        released=_release(run, readings),
    )
    if report.taken == 0:
        raise _nothing_taken(report)
    _note(run, report)
    return report


def _note(run: Import, report: ImportReport) -> None:
    """Write down what the import did: its own row, and a line of the trail."""
    counts = {"read": report.read, "taken": report.taken, "quarantined": report.quarantined}
    values = {"import_id": run.id, "report": json.dumps(report.as_dict()), **counts}
    run.connection.execute(sql("end_import"), values)
    details = {"file": run.file_name, "sha256": report.sha256, "import_id": run.id, **counts}
    record(run.connection, action="import", subject=f"{run.kind} {run.dataset}", details=details)


def _release(run: Import, readings: list[Reading]) -> int:
    """Take out of quarantine what this import settles."""
    parts = [pd.DataFrame({"field": [], "key": []}, dtype="string")]
    for reading in readings:
        column = next((c for c, name in reading.mapping.items() if name == KINDS[reading.kind].key), None)
        if column is not None:
            parts.append(pd.DataFrame({"field": column, "key": reading.frame["source_id"]}))
    return release(
        run.connection,
        import_id=run.id,
        kind=run.kind,
        dataset=run.dataset,
        file_name=run.file_name,
        returned=run.returned,
        taken=pd.concat(parts),
    )


def _read(
    kind: str, path: Path, options: ReadOptions, own: Mapping[str, object], progress: Progress
) -> list[Reading]:
    """Read a file; no database is held meanwhile, however long it takes."""
    found = read(kind, path, options, progress=progress)
    if isinstance(found, Reading):
        return [found]
    found["areas"] = _with_outline(found["areas"], own)
    return [found[name] for name in ORDER if name in found and found[name].rows_read]


def _with_outline(areas: Reading, own: Mapping[str, object]) -> Reading:
    """Add the region an OSM extract covers as an area, if the caller gives it a code and a name."""
    if "code" not in own or "name" not in own or areas.outline is None:
        return areas
    code = parse_area_code(str(own["code"])).text
    level = own.get("level", AreaLevel.COMMUNITY.value)
    row = {"row": 0, "source_id": code, "code": code, "name": own["name"], "level": level}
    outline = gpd.GeoDataFrame([row], geometry=[areas.outline], crs=WGS84)
    frame = outline.reindex(columns=areas.frame.columns).astype(areas.frame.dtypes.to_dict())
    return replace(
        areas, frame=pd.concat([frame, areas.frame], ignore_index=True), rows_read=areas.rows_read + 1
    )


def _known_place(engine: Engine, area: str | None, actor: str) -> tuple[AreaReference | None, Bounds | None]:
    """Return the area the rows are for, and the bounds by which undeclared coordinates are judged."""
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        place = find_area(connection, area) if area else None
        found = connection.execute(sql("known_bounds"), {"area_id": place.id if place else None}).first()
    return place, None if found is None else (found.west, found.south, found.east, found.north)


def _with_constants(
    kind: str, options: ReadOptions, constants: Mapping[str, str]
) -> tuple[ReadOptions, dict[str, object]]:
    """Part the constants into fields, which the reader checks, and what files do not have."""
    names = OWN_CONSTANTS.get(kind, frozenset())
    own: dict[str, object] = {name: value for name, value in constants.items() if name in names}
    if "synthetic" in own:
        own["synthetic"] = str(own["synthetic"]).strip().lower() in TRUE_WORDS
    if kind == "osm":
        own.setdefault("attribution", ATTRIBUTION)
    fields = {name: value for name, value in constants.items() if name not in names}
    return replace(options, constants={**options.constants, **fields}), own


def _stem(path: Path) -> str:
    """Return the name of a file without its ending; ``.osm.pbf`` is one."""
    return path.stem.removesuffix(".osm") or path.stem


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _nothing_taken(report: ImportReport) -> Invalid:
    refusals = [refusals for layer in report.layers for refusals in layer.refusals]
    why_en = " ".join(f"{one.count} × {one.message.en}" for one in refusals[:3])
    why_zh = " ".join(f"{one.count} 行：{one.message.zh}" for one in refusals[:3])
    return Invalid(
        Text(
            en=f"None of the {report.read} rows of {report.file_name} could be taken. {why_en}".strip(),
            zh=f"{report.file_name} 的 {report.read} 行均无法导入。{why_zh}".strip(),
        ),
        hint=refusals[0].hint if refusals else None,
        reason="import.nothing",
        report=report.as_dict(),
    )
