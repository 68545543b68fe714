"""Take a question over HTTP: checked at once, answered at once if it was answered before, else kept as a job."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from gridmap.db.tables.studies import JobKind, StudyKind
from gridmap.services import jobs, studies
from gridmap.services.areas import AreaReference, find_area
from gridmap.services.questions import SitingQuestion, Walking
from gridmap.services.standards import read_rules


def ask_coverage(
    connection: Connection, asked: Mapping[str, Any], *, standards: Path, author: str
) -> jobs.Job:
    """Ask who is served.

    Raises
    ------
    NotFound, Invalid : no such area, standard or norm, or a profile or time that makes no sense.
    Unavailable : too many jobs are waiting.
    """
    walking = Walking.from_dict(asked)
    area = find_area(connection, str(asked["area"]))
    version = _version(connection, walking, standards)
    return _ask(connection, StudyKind.COVERAGE, area, walking.as_dict(), version=version, author=author)


def ask_siting(connection: Connection, asked: Mapping[str, Any], *, standards: Path, author: str) -> jobs.Job:
    """Ask where to open more; see `ask_coverage`."""
    question = SitingQuestion.from_dict({**asked, "norms": [asked["kind"]]})
    area = find_area(connection, str(asked["area"]))
    version = _version(connection, question.walking, standards)
    return _ask(connection, StudyKind.SITING, area, question.as_dict(), version=version, author=author)


def _version(connection: Connection, walking: Walking, standards: Path) -> str:
    """Return the version of the standard; norms that it does not have are refused before anything waits."""
    rules = read_rules(connection, standards, walking.standard)
    rules.norms(walking.norms)
    return rules.version


def _ask(
    connection: Connection,
    kind: StudyKind,
    area: AreaReference,
    question: dict[str, Any],
    *,
    version: str,
    author: str,
) -> jobs.Job:
    known = studies.same_study(connection, kind, area.id, question, version)
    waiting = {**question, "area": area.code}
    job_kind = JobKind(kind)
    if known is None:
        key = jobs.ask(connection, job_kind, waiting, author=author)
    else:
        key = jobs.note_answered(connection, job_kind, waiting, known, author=author)
    return jobs.find_job(connection, key)
