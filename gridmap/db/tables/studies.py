"""What was found about walking to facilities, with the receipt of what it was found from; and long work under way."""

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy import text as sql_text
from sqlalchemy.dialects.postgresql import JSONB

from gridmap.db.tables.base import identity, metadata, not_negative, one_of


class StudyKind(StrEnum):
    """What a study asks: who is served, or where to open more."""

    COVERAGE = "coverage"
    SITING = "siting"


class JobKind(StrEnum):
    """What a job does: answer a study, or make a file to be downloaded."""

    COVERAGE = "coverage"
    SITING = "siting"
    EXPORT = "export"


class JobState(StrEnum):
    """A job waits, runs, and ends done, failed or cancelled."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


study = Table(
    "study",
    metadata,
    identity(),
    Column("kind", Text, nullable=False),
    Column(
        "area_id", BigInteger, ForeignKey("gridmap.area.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("question", JSONB, nullable=False, comment="Standard, kinds, profile, moment …, as asked"),
    Column("reach_m", Float, nullable=False, comment="How far beyond the border the input was read"),
    Column("inputs_hash", Text, nullable=False, comment="Of the data; another one now: the study is stale"),
    Column("data_dates", JSONB, nullable=False, comment="Day of the newest import of each table"),
    Column("norm_version", Text, nullable=False, comment="Edition of the standard and hash of its values"),
    Column("result", JSONB, nullable=False, comment="Complete"),
    Column("public_result", JSONB, nullable=False, comment="As anyone may see it: no small counts"),
    Column("author", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column(
        "homes_kept",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="Rows of study_home that belong to it",
    ),
    one_of("kind", StudyKind),
    *not_negative("reach_m"),
    comment="A coverage check or a siting as it was answered, with its receipt. Rows are never changed",
)

study_home = Table(
    "study_home",
    metadata,
    identity(),
    Column("study_id", BigInteger, ForeignKey("gridmap.study.id", ondelete="CASCADE"), nullable=False),
    Column("norm", Text, nullable=False),
    Column("building_id", BigInteger, ForeignKey("gridmap.building.id", ondelete="CASCADE"), index=True),
    Column("cell_id", BigInteger, ForeignKey("gridmap.cell.id", ondelete="CASCADE"), index=True),
    Column("facility_id", BigInteger, comment="The nearest one as it was then; null: none within reach"),
    Column("metres", Float, comment="On foot; null: none within reach, or the home is not linked"),
    Column("verdict", Text, nullable=False, comment="Of distance, as gridmap.core.coverage.outcomes says it"),
    Column("reason", Text, comment="Why it is not near enough; null: it is"),
    CheckConstraint("(building_id IS NULL) <> (cell_id IS NULL)", name="of_one_home"),
    CheckConstraint("verdict IN ('met', 'uncertain', 'unmet', 'unknown', 'not_set')", name="verdict_known"),
    *not_negative("metres"),
    Index("study_home_study_id_norm", "study_id", "norm"),
    comment="How far a home is from the nearest facility of a kind, by one study",
)

receipt_salt = Table(
    "receipt_salt",
    metadata,
    Column("salt", Text, primary_key=True),
    comment="What is mixed into the hashes of receipts, drawn once; one row",
)

job = Table(
    "job",
    metadata,
    Column(
        "id",
        Uuid,
        primary_key=True,
        server_default=func.gen_random_uuid(),
        comment="Whoever knows it may stop the job",
    ),
    Column("kind", Text, nullable=False),
    Column("question", JSONB, nullable=False),
    Column("author", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=JobState.WAITING.value),
    Column("stage", Text, nullable=False, server_default=""),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("cancel", Boolean, nullable=False, server_default="false", comment="Somebody wants it to stop"),
    Column("at_once", JSONB, comment="A first answer, as anyone may see it"),
    Column("study_id", BigInteger, ForeignKey("gridmap.study.id", ondelete="SET NULL")),
    Column("file", JSONB, comment="What was made to be downloaded: name, size, checksum"),
    Column("problem", JSONB, comment="Why it failed, in both languages"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("beat_at", DateTime(timezone=True), comment="Last sign of life of the worker"),
    Column("finished_at", DateTime(timezone=True)),
    one_of("kind", JobKind),
    one_of("state", JobState),
    *not_negative("done", "total"),
    Index("job_unfinished", "created_at", postgresql_where=sql_text("state IN ('waiting', 'running')")),
    comment="Long work asked for over HTTP: waits, runs with progress, can be cancelled",
)
