"""Remember how the grids of a plan became those of the next one in force."""

import sqlalchemy as sa
from alembic import op

from gridmap.db.migrations.scripts import run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grid_succession",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False, comment="The plan put in force"),
        sa.Column("former_plan_id", sa.BigInteger(), nullable=False, comment="The plan before"),
        sa.Column("old_code", sa.Text(), comment="Null: a grid without a predecessor"),
        sa.Column("new_code", sa.Text(), comment="Null: a grid without a successor"),
        sa.Column("kind", sa.Text(), nullable=False, comment="U unchanged, S split, M merged, X irregular"),
        sa.Column("households", sa.Integer(), nullable=False, comment="That both have, counted on the day"),
        sa.Column(
            "carriers", sa.Integer(), nullable=False, comment="Buildings or small areas that both have"
        ),
        sa.Column(
            "continues",
            sa.Boolean(),
            nullable=False,
            comment="The new grid is the one that goes on from the old",
        ),
        sa.CheckConstraint("kind IN ('U', 'S', 'M', 'X')", name="grid_succession_kind_known"),
        sa.CheckConstraint("households >= 0", name="grid_succession_households_not_negative"),
        sa.CheckConstraint("carriers >= 0", name="grid_succession_carriers_not_negative"),
        sa.CheckConstraint(
            "old_code IS NOT NULL OR new_code IS NOT NULL", name="grid_succession_names_a_grid"
        ),
        sa.CheckConstraint("kind <> 'U' OR old_code = new_code", name="grid_succession_unchanged_keeps_code"),
        sa.ForeignKeyConstraint(["plan_id"], ["gridmap.plan.id"], name="grid_succession_plan_id_of_plan"),
        sa.ForeignKeyConstraint(
            ["former_plan_id"], ["gridmap.plan.id"], name="grid_succession_former_plan_id_of_plan"
        ),
        sa.ForeignKeyConstraint(
            ["old_code"], ["gridmap.grid_code.code"], name="grid_succession_old_code_of_grid_code"
        ),
        sa.ForeignKeyConstraint(
            ["new_code"], ["gridmap.grid_code.code"], name="grid_succession_new_code_of_grid_code"
        ),
        sa.PrimaryKeyConstraint("id", name="grid_succession_key"),
        sa.UniqueConstraint(
            "plan_id",
            "old_code",
            "new_code",
            name="grid_succession_plan_id_old_code_new_code_once",
            postgresql_nulls_not_distinct=True,
        ),
        schema="gridmap",
        comment="How the grids of a plan became those of the next one in force. Rows are never changed",
    )
    run_script("0009_succession.sql")


def downgrade() -> None:
    op.drop_table("grid_succession", schema="gridmap")
