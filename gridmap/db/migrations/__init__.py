"""The schema's history. ``migrate`` brings a database to a revision, creating what it needs on the way."""

from pathlib import Path

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from gridmap.db.engine import connect, translated
from gridmap.db.names import SCHEMA

HERE = Path(__file__).parent


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` up or down to a revision, in one transaction.

    Creates the PostGIS extension, the three roles and the schema where they are missing.

    Parameters
    ----------
    revision : ``head`` for the newest, ``base`` for none, or a revision's name. A name below the present
        one downgrades.

    Raises
    ------
    Unavailable : the server cannot be reached or has no PostGIS.
    Forbidden : the login may not create the extension or the roles.
    """
    engine = connect(url)
    try:
        with translated(), engine.begin() as connection:
            connection.execute(text((HERE / "prepare.sql").read_text(encoding="utf-8")))
            config = _config(connection)
            move = command.downgrade if _is_below(connection, revision) else command.upgrade
            move(config, revision)
    finally:
        engine.dispose()


def revisions(engine: sqlalchemy.Engine) -> tuple[str | None, str]:
    """Return the revision the database is at (None: no schema yet) and the newest one."""
    newest = ScriptDirectory(str(HERE)).get_current_head() or "base"
    with translated(), engine.connect() as connection:
        return _present(connection), newest


def _config(connection: sqlalchemy.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


def _present(connection: sqlalchemy.Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA})
    return context.get_current_revision()


def _is_below(connection: sqlalchemy.Connection, revision: str) -> bool:
    present = _present(connection)
    if present is None or revision == "head":
        return False
    older = {script.revision for script in ScriptDirectory(str(HERE)).iterate_revisions(present, "base")}
    return revision == "base" or (revision in older and revision != present)
