"""Run migrations on the connection that ``gridmap.db.migrations.migrate`` opened."""

from alembic import context
from geoalchemy2 import alembic_helpers

from gridmap.db.names import SCHEMA
from gridmap.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
    include_name=lambda name, kind, _: kind != "schema" or name == SCHEMA,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
)
with context.begin_transaction():
    context.run_migrations()
