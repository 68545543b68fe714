"""The schema goes up and down, and the tables in Python are the tables in the database."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from gridmap.db.engine import connect
from gridmap.db.migrations import HERE, migrate, revisions
from gridmap.db.names import SCHEMA
from gridmap.db.tables import metadata


def tables_of(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT table_name FROM information_schema.tables WHERE table_schema IN ('gridmap', 'published')"
            )
        )
        return set(rows.scalars())


def test_the_schema_goes_down_to_nothing_and_up_again(engine: Engine, database_url: str) -> None:
    full = tables_of(engine)
    migrate(database_url, "base")
    assert tables_of(engine) == {"alembic_version"}
    assert revisions(engine)[0] is None
    migrate(database_url)
    assert tables_of(engine) == full
    assert revisions(engine)[0] == revisions(engine)[1]


def test_each_revision_can_be_taken_back_and_made_again(engine: Engine, database_url: str) -> None:
    newest = revisions(engine)[1]
    for script in ScriptDirectory(str(HERE)).walk_revisions():
        if script.down_revision is not None:
            migrate(database_url, str(script.down_revision))
            assert revisions(engine)[0] == script.down_revision
    migrate(database_url)
    assert revisions(engine)[0] == newest


def test_the_described_tables_are_the_migrated_ones(database_url: str) -> None:
    engine = connect(f"{database_url}&options=-csearch_path%3Dpublic")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _: kind != "schema" or name == SCHEMA,
                "include_object": lambda _thing, name, *_: name != "alembic_version",
                "version_table_schema": SCHEMA,
            },
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_every_spatial_index_says_what_it_is_for(engine: Engine) -> None:
    with engine.connect() as connection:
        silent = connection.execute(
            text(
                "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
                "JOIN pg_am ON pg_am.oid = relam JOIN pg_namespace ON pg_namespace.oid = relnamespace "
                "WHERE amname = 'gist' AND nspname = 'gridmap' AND obj_description(indexrelid) IS NULL"
            )
        ).all()
    assert silent == []


def test_every_table_says_what_it_holds() -> None:
    assert [table.name for table in metadata.sorted_tables if not table.comment] == []
