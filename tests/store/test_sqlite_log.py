"""What SQLite's log holds goes into the file where no stream waits for the disk."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from backend.store import migrate
from backend.store.database import Database

PAGES = 3_000  # SQLite itself moves its log from 1,000 pages on


def write_pages(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS filled (bytes BLOB)"))
    for _ in range(PAGES // 100):
        with database.writing() as connection:
            connection.execute(text("INSERT INTO filled VALUES (randomblob(400000))"))


def test_a_writer_leaves_the_log_and_whoever_moves_it_moves_all(tmp_path: Path) -> None:
    file = tmp_path / "deskbell.db"
    migrate(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")
    database.leave_log()
    size = file.stat().st_size

    write_pages(database)

    assert file.stat().st_size == size
    database.move_log()
    assert file.stat().st_size > PAGES * 4_000
    database.close()


def test_a_writer_that_nobody_helps_moves_the_log_itself(tmp_path: Path) -> None:
    file = tmp_path / "deskbell.db"
    migrate(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")

    write_pages(database)

    assert file.stat().st_size > PAGES * 2_000
    database.close()
