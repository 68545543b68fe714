"""Take a question over HTTP: checked at once, answered at once if it was answered before, else kept as a job."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from gridmap.db.tables.studies import StudyKind
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
    told: dict[str, Any] = {"question": walking.as_dict(), "standards": standards, "author": author}
    return _ask(connection, StudyKind.COVERAGE, area, walking, **told)


def ask_siting(connection: Connection, asked: Mapping[str, Any], *, standards: Path, author: str) -> jobs.Job:
    """Ask where to open more; see `ask_coverage`."""
    question = SitingQuestion.from_dict({**asked, "norms": [asked["kind"]]})
    area = find_area(connection, str(asked["area"]))
    told: dict[str, Any] = {"question": question.as_dict(), "standards": standards, "author": author}
    return _ask(connection, StudyKind.SITING, area, question.walking, **told)


def _ask(
    connection: Connection,
    kind: StudyKind,
    area: AreaReference,
    walking: Walking,
    *,
    question: dict[str, Any],
    standards: Path,
    author: str,
) -> jobs.Job:
    rules = read_rules(connection, standards, walking.standard)
    rules.norms(walking.norms)
    known = studies.same_study(connection, kind, area.id, question, rules.version)
    waiting = {**question, "area": area.code}
    if known is None:
        number = jobs.ask(connection, kind, waiting, author=author)
    else:
        number = jobs.note_answered(connection, kind, waiting, known, author=author)
    return jobs.find_job(connection, number)
