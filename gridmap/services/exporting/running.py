"""Write a layer: find what is asked for, open the right door to the database, and let a format write it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Engine

from gridmap.core.model import Progress, silent
from gridmap.db.collections import Collection
from gridmap.db.conditions import Condition
from gridmap.db.engine import transaction
from gridmap.db.features import Selection, count_query, full_count_query
from gridmap.db.published import reading
from gridmap.db.queries import sql
from gridmap.errors import Invalid, Text
from gridmap.io.writing.files import replacing
from gridmap.io.writing.formats import KINDS, STREAMED, Format, Headers
from gridmap.services.areas import find_area
from gridmap.services.audit import record
from gridmap.services.collections import find_collection
from gridmap.services.exporting.source import Asked, Source, Zooms
from gridmap.services.exporting.streaming import write_lines

PATIENCE = 600.0
"""Seconds that a public export may take."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written. PMTiles count tiles, not features."""

    layer: str
    features: int
    format: Format
    target: str


def export(
    engine: Engine,
    layer: str,
    target: Path | BinaryIO,
    *,
    form: Format,
    actor: str,
    wanted: str | None = None,
    filtered: str | None = None,
    headers: Headers | None = None,
    zooms: Zooms = (None, None),
    progress: Progress = silent,
) -> ExportReport:
    """Write a layer with every count, see `write`; parameters are those of `Asked`, `wanted` being its area."""
    asked = Asked(layer, form, wanted, filtered, headers, zooms)
    return write(engine, asked, target, actor=actor, progress=progress)


def write(
    engine: Engine,
    asked: Asked,
    target: Path | BinaryIO,
    *,
    actor: str,
    is_for_public: bool = False,
    progress: Progress = silent,
) -> ExportReport:
    """Write what is asked for to a file, or as text to a stream. An empty layer gives an empty, valid file.

    The counts of small buildings and cells, which are not published, are included unless it is for the public: whoever
    exports holds the database. PMTiles have the published counts only, as the tiles of the server.

    Parameters
    ----------
    progress : is told how many features are written; may raise to stop.

    Raises
    ------
    NotFound : no such layer or area.
    Invalid : an ambiguous name, a wrong filter, a target that cannot be written, or a format that needs a file.
    """
    collection = find_collection(asked.layer)
    _check_target(asked, target)
    selection = find_selection(engine, collection, asked, actor=actor)
    with _opened(engine, actor=actor, is_for_public=is_for_public) as connection:
        source = Source(connection, collection, selection, is_full=not is_for_public, progress=progress)
        if progress is not silent:
            source.total = _count(source)
        features = _write(source, asked, target)
        if not is_for_public:
            details = {"features": features, "format": str(asked.form)}
            record(connection, action="export", subject=asked.layer, details=details)
    told = str(target) if isinstance(target, Path) else "stdout"
    return ExportReport(asked.layer, features, asked.form, told)


def find_selection(engine: Engine, collection: Collection, asked: Asked, *, actor: str) -> Selection:
    """Return which features are asked for.

    Raises
    ------
    NotFound, Invalid : no such area, an ambiguous name, or a wrong filter.
    """
    stated = _stated(collection, asked.filtered)
    if asked.area is None:
        return Selection(condition=stated)
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        return Selection(communities=communities_under(connection, asked.area), condition=stated)


def communities_under(connection: Connection, wanted: str) -> tuple[str, ...]:
    """Return the codes of the communities of an area.

    Raises
    ------
    NotFound, Invalid : no such area, or an ambiguous name.
    """
    area = find_area(connection, wanted)
    return tuple(row.code for row in connection.execute(sql("communities_under"), {"area_id": area.id}))


def _stated(collection: Collection, filtered: str | None) -> Condition | None:
    if filtered is None:
        return None
    from gridmap.core.filters import read_filter  # noqa: PLC0415 (memory that exports of everything do without)
    from gridmap.db.filters import condition  # noqa: PLC0415

    return condition(collection, read_filter(filtered))


def _check_target(asked: Asked, target: Path | BinaryIO) -> None:
    if asked.form not in STREAMED and not isinstance(target, Path):
        name = f"{asked.layer}{KINDS[asked.form].suffix}"
        raise Invalid(
            Text(en=f"The format {asked.form} needs a file.", zh=f"{asked.form} 格式需要写入文件。"),
            hint=Text(en=f"Add `--out {name}`.", zh=f"请加上 --out {name}。"),
        )


@contextmanager
def _opened(engine: Engine, *, actor: str, is_for_public: bool) -> Iterator[Connection]:
    opened: Any = (
        reading(engine, patience=PATIENCE)
        if is_for_public
        else transaction(engine, actor=actor, role="gridmap_app")
    )
    with opened as connection:
        yield connection


def _count(source: Source) -> int:
    query = full_count_query if source.is_full else count_query
    total: int = source.connection.execute(*query(source.collection, source.selection)).scalar_one()
    return total


def _write(source: Source, asked: Asked, target: Path | BinaryIO) -> int:
    if not isinstance(target, Path):
        return write_lines(source, asked.form, asked.headers, target.write)
    with replacing(target) as draft:
        if asked.form in STREAMED:
            with draft.open("wb") as file:
                return write_lines(source, asked.form, asked.headers, file.write)
        from gridmap.services.exporting.filing import write_file  # noqa: PLC0415 (libraries of the other formats)

        return write_file(source, asked, draft)
