"""Exports asked for over HTTP that wait as jobs: checked when asked, made by a worker, kept on the shelf to be fetched."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from gridmap.core.model import Progress
from gridmap.db.engine import transaction
from gridmap.db.queries import sql
from gridmap.db.tables.studies import JobKind
from gridmap.io.writing.formats import KINDS, Format, Headers
from gridmap.services import jobs
from gridmap.services.collections import find_collection
from gridmap.services.exporting.running import find_selection, write
from gridmap.services.exporting.shelf import Shelf, checksum
from gridmap.services.exporting.source import Asked


def ask(engine: Engine, asked: Asked, *, author: str) -> jobs.Job:
    """Let an export wait for a worker.

    Raises
    ------
    NotFound, Invalid : no such layer or area, an ambiguous name, or a wrong filter.
    Unavailable : too many jobs are waiting.
    """
    find_selection(engine, find_collection(asked.layer), asked, actor=author)
    with transaction(engine, actor=author, role="gridmap_app") as connection:
        key = jobs.ask(connection, JobKind.EXPORT, _as_dict(asked), author=author)
        return jobs.find_job(connection, key)


def make_file(engine: Engine, job: jobs.Claimed, shelf: Shelf, *, progress: Progress) -> Mapping[str, Any]:
    """Make the file of a job from what is public, and return what is to be told of it.

    One whose worker died is made again from the beginning: nothing of a file is seen before it is complete.

    Raises
    ------
    GridmapError : whatever `write` refuses, or no room on the disk.
    """
    asked = _from_dict(job.question)
    with transaction(engine, actor=job.author, role="gridmap_app") as connection:
        shelf.make_room(connection.execute(sql("jobs_with_files")).scalars().all())

    def told(stage: str, done: int, total: int) -> None:
        shelf.check_room()
        progress(stage, done, total)

    target = shelf.place(job.id)
    report = write(engine, asked, target, actor=job.author, is_for_public=True, progress=told)
    kind = KINDS[asked.form]
    return {
        "layer": asked.layer,
        "format": asked.form,
        "media_type": kind.media_type,
        "features": report.features,
        "bytes": target.stat().st_size,
        "sha256": checksum(target),
    }


def _as_dict(asked: Asked) -> dict[str, Any]:
    return {
        "layer": asked.layer,
        "format": asked.form,
        "area": asked.area,
        "filter": asked.filtered,
        "headers": asked.headers,
        "zooms": asked.zooms,
    }


def _from_dict(told: Mapping[str, Any]) -> Asked:
    lowest, highest = told["zooms"]
    headers = told["headers"]
    return Asked(
        told["layer"],
        Format(told["format"]),
        told["area"],
        told["filter"],
        None if headers is None else Headers(headers),
        (lowest, highest),
    )
