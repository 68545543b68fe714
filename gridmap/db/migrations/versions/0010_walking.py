"""Let ways have levels and gates hours; keep rooms and plots for facilities, studies of walking, and jobs."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from gridmap.db.migrations.scripts import run_script

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _columns() -> list[tuple[str, sa.Column[Any]]]:
    road: tuple[sa.Column[Any], ...] = (
        sa.Column(
            "level", sa.SmallInteger(), comment="0 ground, 1 above it, -1 below; null: as the cover says"
        ),
        sa.Column("covered", sa.Text(), comment="indoor, bridge or tunnel; null: open ground"),
        sa.Column("walkable", sa.Boolean(), comment="Whether people may walk here; null: as its class says"),
    )
    place: tuple[sa.Column[Any], ...] = (
        sa.Column("hours", sa.Text(), comment="When a gate is open, as the source wrote it; null: always"),
        sa.Column(
            "residents_only", sa.Boolean(), comment="Whether a gate lets residents in only; null: not known"
        ),
        sa.Column(
            "floor_area_m2",
            sa.Float(),
            comment="Of a room or plot that could take a facility; null: not known",
        ),
        sa.Column(
            "capacity", sa.Integer(), comment="People that a facility here could serve; null: not known"
        ),
        sa.Column(
            "cost", sa.Float(), comment="Of opening a facility here, in one unit for all; null: not known"
        ),
    )
    return [*(("road", one) for one in road), *(("place", one) for one in place)]


def upgrade() -> None:
    for table, column in _columns():
        op.add_column(table, column, schema="gridmap")
    op.create_check_constraint(
        op.f("road_covered_known"), "road", "covered IN ('indoor', 'bridge', 'tunnel')", schema="gridmap"
    )
    for name in ("floor_area_m2", "capacity", "cost"):
        op.create_check_constraint(
            op.f(f"place_{name}_not_negative"), "place", f"{name} >= 0", schema="gridmap"
        )
    _create_study()
    _create_study_home()
    _create_job()
    run_script("0010_walking.sql")


def _create_study() -> None:
    op.create_table(
        "study",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "question",
            postgresql.JSONB(),
            nullable=False,
            comment="Standard, kinds, profile, moment …, as asked",
        ),
        sa.Column(
            "reach_m", sa.Float(), nullable=False, comment="How far beyond the border the input was read"
        ),
        sa.Column(
            "inputs_hash",
            sa.Text(),
            nullable=False,
            comment="Of the data; another one now: the study is stale",
        ),
        sa.Column(
            "data_dates",
            postgresql.JSONB(),
            nullable=False,
            comment="Day of the newest import of each table",
        ),
        sa.Column(
            "norm_version",
            sa.Text(),
            nullable=False,
            comment="Edition of the standard and hash of its values",
        ),
        sa.Column("result", postgresql.JSONB(), nullable=False, comment="Complete"),
        sa.Column(
            "public_result",
            postgresql.JSONB(),
            nullable=False,
            comment="As anyone may see it: no small counts",
        ),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("kind IN ('coverage', 'siting')", name="study_kind_known"),
        sa.CheckConstraint("reach_m >= 0", name="study_reach_m_not_negative"),
        sa.ForeignKeyConstraint(
            ["area_id"], ["gridmap.area.id"], name="study_area_id_of_area", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="study_key"),
        schema="gridmap",
        comment="A coverage check or a siting as it was answered, with its receipt. Rows are never changed",
    )
    op.create_index("study_area_id", "study", ["area_id"], schema="gridmap")


def _create_study_home() -> None:
    op.create_table(
        "study_home",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("study_id", sa.BigInteger(), nullable=False),
        sa.Column("norm", sa.Text(), nullable=False),
        sa.Column("building_id", sa.BigInteger()),
        sa.Column("cell_id", sa.BigInteger()),
        sa.Column(
            "facility_id",
            sa.BigInteger(),
            comment="The nearest one as it was then; null: none within reach",
        ),
        sa.Column(
            "metres",
            sa.Float(),
            comment="On foot; null: none within reach, or the home is not linked",
        ),
        sa.Column(
            "verdict",
            sa.Text(),
            nullable=False,
            comment="Of distance, as gridmap.core.coverage.outcomes says it",
        ),
        sa.Column("reason", sa.Text(), comment="Why it is not near enough; null: it is"),
        sa.CheckConstraint("(building_id IS NULL) <> (cell_id IS NULL)", name="study_home_of_one_home"),
        sa.CheckConstraint(
            "verdict IN ('met', 'uncertain', 'unmet', 'unknown', 'not_set')", name="study_home_verdict_known"
        ),
        sa.CheckConstraint("metres >= 0", name="study_home_metres_not_negative"),
        sa.ForeignKeyConstraint(
            ["study_id"], ["gridmap.study.id"], name="study_home_study_id_of_study", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["building_id"],
            ["gridmap.building.id"],
            name="study_home_building_id_of_building",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["gridmap.cell.id"], name="study_home_cell_id_of_cell", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="study_home_key"),
        schema="gridmap",
        comment="How far a home is from the nearest facility of a kind, by one study",
    )
    for keys in (["study_id", "norm"], ["building_id"], ["cell_id"]):
        op.create_index(f"study_home_{'_'.join(keys)}", "study_home", keys, schema="gridmap")


def _create_job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("question", postgresql.JSONB(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default="waiting"),
        sa.Column("stage", sa.Text(), nullable=False, server_default=""),
        sa.Column("done", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("total", sa.Integer(), nullable=False, server_default="0"),
        sa.Column(
            "cancel",
            sa.Boolean(),
            nullable=False,
            server_default="false",
            comment="Somebody wants it to stop",
        ),
        sa.Column("study_id", sa.BigInteger()),
        sa.Column("problem", postgresql.JSONB(), comment="Why it failed, in both languages"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("beat_at", sa.DateTime(timezone=True), comment="Last sign of life of the worker"),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("kind IN ('coverage', 'siting')", name="job_kind_known"),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="job_state_known"
        ),
        sa.CheckConstraint("done >= 0", name="job_done_not_negative"),
        sa.CheckConstraint("total >= 0", name="job_total_not_negative"),
        sa.ForeignKeyConstraint(
            ["study_id"], ["gridmap.study.id"], name="job_study_id_of_study", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="job_key"),
        schema="gridmap",
        comment="Long work asked for over HTTP: waits, runs with progress, can be cancelled",
    )
    op.create_index(
        "job_unfinished",
        "job",
        ["id"],
        schema="gridmap",
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )


def downgrade() -> None:
    run_script("0010_walking_undo.sql")
    for table in ("job", "study_home", "study"):
        op.drop_table(table, schema="gridmap")
    for table, column in _columns():
        op.drop_column(table, column.name, schema="gridmap")
