"""A worker moves what it wrote out of SQLite's log while it serves, though none of its writers does."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tests.api.client import Visitor
from tests.servers import Deskbell

WITHIN_S = 40.0


def test_a_turn_stands_in_the_file_soon(embedded: Deskbell, visitor: Visitor, tmp_path: Path) -> None:
    (start, *_) = visitor.ask("How long may I return something?")
    deadline = time.monotonic() + WITHIN_S

    while not turns_in_file(embedded, tmp_path, start.data["turn"]):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def turns_in_file(server: Deskbell, folder: Path, turn: str) -> int:
    """Return how many rows of a turn stand in the database's file, without its log; 0 where it is just written to."""
    alone = shutil.copy(Path(server.environment["DATA_DIR"]) / "deskbell.sqlite3", folder / "alone.sqlite3")
    with closing(sqlite3.connect(alone)) as database:
        try:
            return int(database.execute("SELECT count(*) FROM turn WHERE id = ?", (turn,)).fetchone()[0])
        except sqlite3.DatabaseError:
            return 0
