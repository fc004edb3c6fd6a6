"""Bringing a database to the newest tables.

Rules:
1. One process migrates, the others wait and then find nothing to do.
2. All steps are one transaction: a migration that fails or is killed leaves the tables as they were.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from backend.domain.errors import SettingsError
from backend.store.database import Database, begin_immediate, retry_while_locked

if TYPE_CHECKING:  # alembic is imported where it is used: every start would wait half a second for it
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_TIMEOUT_S = 60.0
ADVISORY_LOCK = 7_305_804_402  # any number, as long as every process asks for the same


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database to the newest tables, or to those of another revision; `base` takes every table away.

    Raise SettingsError where the database cannot be opened.
    """
    database = Database(url, is_pooled=False)
    try:
        _run(database, revision)
    except SQLAlchemyError as error:
        raise SettingsError(f"the database {database.url!r} cannot be opened: {_cause(error)}") from error
    finally:
        database.close()


def is_at_head(connection: Connection) -> bool:
    """Tell whether the database has exactly the tables that this code knows."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    kept = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return kept == [newest_revision()]


@cache
def newest_revision() -> str:
    """Return the name of the newest step: they are numbered, and their files begin with their number."""
    return max(step.name.partition("_")[0] for step in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _run(database: Database, revision: str) -> None:
    lock = _lock_sqlite if database.is_sqlite else _lock_postgresql
    with database.engine.begin() as connection:
        lock(connection)
        if revision == "head" and is_at_head(connection):
            return  # as at most starts
        _take_steps(connection, revision)


def _take_steps(connection: Connection, revision: str) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    if revision == "base":
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def _lock_sqlite(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a connection that is in use has its driver's connection
    retry_while_locked(lambda: driver.execute("PRAGMA journal_mode=WAL"), LOCK_TIMEOUT_S)
    # Changing a table means copying and dropping it, and with foreign keys on a drop would empty the tables below.
    driver.execute("PRAGMA foreign_keys=OFF")
    retry_while_locked(lambda: begin_immediate(connection), LOCK_TIMEOUT_S)


def _lock_postgresql(connection: Connection) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S:g}s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))  # % would ask for another option
    config.set_main_option("path_separator", "os")
    return config


def _cause(error: SQLAlchemyError) -> str:
    """Return the first line of what the database itself said."""
    said = str(getattr(error, "orig", None) or error)
    return said.strip().splitlines()[0]
