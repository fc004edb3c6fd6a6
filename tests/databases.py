"""Gives tests a database with the newest tables; `tests/store/test_migration.py` tries how it comes to have them."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

from backend.store import migrate
from tests.servers import locked, prepared_folder

SQLITE = "sqlite:///"


def make_tables(url: str) -> None:
    """Bring an empty database to the newest tables: SQLite by a copy of one that was made once in this run."""
    if not url.startswith(SQLITE):
        migrate(url)
        return
    file = Path(url.removeprefix(SQLITE))
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_template(), file)
    file.chmod(0o600)


@cache
def _template() -> Path:
    kept = prepared_folder() / "newest.sqlite3"
    with locked(kept.with_suffix(".lock")):
        if not kept.exists():
            fresh = kept.with_suffix(".fresh")
            migrate(f"{SQLITE}{fresh}")
            fresh.rename(kept)
    return kept
