"""Long work asked for over HTTP: it waits in the database, one worker takes it, tells how far it is, and can be stopped."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row

from gridmap.db.queries import sql
from gridmap.db.tables.studies import JobKind, JobState
from gridmap.errors import GridmapError, NotFound, Text, Unavailable

MOST_WAITING = 50
"""Jobs beyond these are refused until some are done."""
RETRY_SECONDS = 30
"""After which whoever was refused may ask again."""
KEPT_DAYS = 1
"""Jobs that ended so long ago are forgotten; their answers are not."""
SILENCE_SECONDS = 60.0
"""A job whose worker gave no sign of life for so long is taken by another."""


class Cancelled(Exception):
    """Somebody wanted the job to stop."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands.

    Attributes
    ----------
    stage, done, total : how far it is; total 0: not known.
    at_once : a first answer, before the best is known; None if there is none yet.
    study_id : the answer; None until there is one.
    file : what was made to be downloaded: ``name``, ``media_type``, ``bytes``, ``sha256``, ``features``; None until it is.
    problem : ``message`` and ``hint`` in both languages if it failed.
    """

    id: UUID
    kind: JobKind
    question: dict[str, Any]
    author: str
    state: JobState
    stage: str
    done: int
    total: int
    cancel: bool
    at_once: dict[str, Any] | None
    study_id: int | None
    file: dict[str, Any] | None
    problem: dict[str, Any] | None
    created_at: datetime
    finished_at: datetime | None

    def as_dict(self) -> dict[str, Any]:
        """Return the job as the interface answers it."""
        return asdict(self)


class Found(NamedTuple):
    """What a job came to: the number of a study, or a file."""

    study_id: int | None = None
    file: Mapping[str, Any] | None = None


class Place(NamedTuple):
    """How far a running job is, and its first answer once there is one."""

    stage: str = ""
    done: int = 0
    total: int = 0
    at_once: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this worker has taken."""

    id: UUID
    kind: JobKind
    question: dict[str, Any]
    author: str


def ask(connection: Connection, kind: JobKind, question: dict[str, Any], *, author: str) -> UUID:
    """Let a job wait for a worker and return its key; jobs that ended long ago are forgotten.

    Raises
    ------
    Unavailable : too many are waiting.
    """
    connection.execute(sql("forget_jobs"), {"days": KEPT_DAYS})
    if connection.execute(sql("count_waiting_jobs")).scalar_one() >= MOST_WAITING:
        raise Unavailable(
            Text(en=f"{MOST_WAITING} jobs are waiting already.", zh=f"已有 {MOST_WAITING} 个任务在排队。"),
            hint=Text(
                en="Try again later, or start `gridmap serve`, which works on them.",
                zh="请稍后再试；任务由 gridmap serve 处理，请确认其正在运行。",
            ),
            retry_after=RETRY_SECONDS,
        )
    values = {"kind": kind, "question": json.dumps(question), "author": author}
    return UUID(str(connection.execute(sql("insert_job"), values).scalar_one()))


def note_answered(
    connection: Connection, kind: JobKind, question: dict[str, Any], study_id: int, *, author: str
) -> UUID:
    """Return the key of a job that is done because the same question was answered from the same data."""
    connection.execute(sql("forget_jobs"), {"days": KEPT_DAYS})
    values = {"kind": kind, "question": json.dumps(question), "author": author, "study_id": study_id}
    return UUID(str(connection.execute(sql("insert_done_job"), values).scalar_one()))


def find_job(connection: Connection, job_id: UUID) -> Job:
    """Return a job.

    Raises
    ------
    NotFound : there is none of that key.
    """
    row: Row[Any] | None = connection.execute(sql("job_by_id"), {"job_id": job_id}).one_or_none()
    if row is None:
        raise NotFound(Text(en=f"There is no job {job_id}.", zh=f"没有任务 {job_id}。"))
    return Job(**{**row._mapping, "kind": JobKind(row.kind), "state": JobState(row.state)})


def cancel(connection: Connection, job_id: UUID) -> Job:
    """End a job that waits, or ask a running one to stop; one that has ended stays as it is.

    Raises
    ------
    NotFound : there is none of that key.
    """
    connection.execute(sql("cancel_job"), {"job_id": job_id})
    return find_job(connection, job_id)


def claim(connection: Connection) -> Claimed | None:
    """Take the job that has waited longest, None if there is none. One that was to stop as its worker died is ended."""
    row = connection.execute(sql("claim_job"), {"silence_seconds": SILENCE_SECONDS}).one_or_none()
    if row is None:
        return None
    if row.cancel:
        finish(connection, row.id, JobState.CANCELLED)
        return claim(connection)
    return Claimed(row.id, JobKind(row.kind), row.question, row.author)


def beat(connection: Connection, job_id: UUID, place: Place) -> bool:
    """Tell how far a running job is; return whether it shall go on."""
    at_once = None if place.at_once is None else json.dumps(place.at_once)
    told = {**place._asdict(), "job_id": job_id, "at_once": at_once}
    wanted = connection.execute(sql("beat_job"), told).scalar_one_or_none()
    return wanted is False


def finish(
    connection: Connection,
    job_id: UUID,
    state: JobState,
    *,
    found: Found | None = None,
    error: GridmapError | None = None,
) -> None:
    """End a running job: done with an answer, failed with an error, or cancelled."""
    problem = None
    if error is not None:
        hint = error.hint.as_dict() if error.hint else None
        problem = json.dumps({"message": error.message.as_dict(), "hint": hint})
    study_id, file = found or Found()
    told = {"study_id": study_id, "file": None if file is None else json.dumps(file)}
    connection.execute(sql("finish_job"), {"job_id": job_id, "state": state, "problem": problem, **told})
