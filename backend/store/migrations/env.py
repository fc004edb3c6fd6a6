"""Read by Alembic for every run: the connection, its lock and its transaction come from migration.py."""

from alembic import context

from backend.store import account_tables  # noqa: F401 - adds its tables to all others
from backend.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
)
context.run_migrations()
