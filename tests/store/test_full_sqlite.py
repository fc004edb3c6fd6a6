"""A SQLite file that can grow no more: said by name, and what was there stays whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from backend.domain.errors import CannotKeep
from backend.store.database import Database


def test_a_full_disk_is_named_and_nothing_of_the_write_is_kept(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/deskbell.db")
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE pages (words TEXT)"))
        connection.execute(text("INSERT INTO pages VALUES ('kept')"))
    with pytest.raises(CannotKeep, match="the disk is full") as refused:
        write_until_full(database)
    assert "INSERT" not in str(refused.value)
    with database.reading() as connection:
        assert connection.execute(text("SELECT words FROM pages")).scalars().all() == ["kept"]
        assert connection.execute(text("pragma integrity_check")).scalar() == "ok"
    with database.writing() as connection:  # on a connection of its own, since the one in trouble was let go
        connection.execute(text("INSERT INTO pages VALUES (:words)"), {"words": "x" * 100_000})
    database.close()


def write_until_full(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("pragma max_page_count=4"))  # SQLite answers as it does where the disk is full
        connection.execute(text("INSERT INTO pages VALUES ('lost')"))
        connection.execute(text("INSERT INTO pages VALUES (:words)"), {"words": "x" * 100_000})
