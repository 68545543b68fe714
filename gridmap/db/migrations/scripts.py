"""SQL files that a migration runs as they stand. A landed file is never edited; a new migration replaces it."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

FOLDER = Path(__file__).parent / "sql"


def run_script(name: str) -> None:
    """Run one file of ``migrations/sql`` on the connection of the running migration."""
    op.execute(text((FOLDER / name).read_text(encoding="utf-8")))
