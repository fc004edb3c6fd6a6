"""Migrations: up, down, up again, two at once, and the same tables as the code has."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from backend.domain.errors import SettingsError
from backend.domain.indexed import Cut
from backend.domain.knowledge import Document
from backend.domain.site import SiteSettings
from backend.store import Store, migrate
from backend.store.database import Database
from backend.store.tables import hour, metadata

KEY = bytes(32)
SETTINGS = SiteSettings(name="Tea Shop", origins=("https://tea.example",))


def table_names(url: str) -> set[str]:
    database = Database(url, is_pooled=False)
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def is_ready(url: str) -> bool:
    store = Store.open(url, KEY)
    try:
        return store.problem() is None
    finally:
        store.close()


def test_tables_can_be_made_taken_away_and_made_again(empty_url: str) -> None:
    migrate(empty_url)
    assert table_names(empty_url) == set(metadata.tables)
    migrate(empty_url, "base")
    assert table_names(empty_url) == set()
    migrate(empty_url)
    assert is_ready(empty_url)


def test_migrating_again_keeps_what_is_there(empty_url: str) -> None:
    migrate(empty_url)
    store = Store.open(empty_url, KEY)
    made = store.sites.create(SETTINGS)
    migrate(empty_url)

    assert store.sites.sites() == [made]
    store.close()


def test_the_migrations_make_exactly_the_tables_that_the_code_has(empty_url: str) -> None:
    migrate(empty_url)
    database = Database(empty_url, is_pooled=False)

    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_documents_that_are_there_already_tell_where_they_lead(empty_url: str) -> None:
    migrate(empty_url)
    step = import_module("backend.store.migrations.versions.0008_outlines_of_documents")
    store = Store.open(empty_url, KEY)
    site = store.sites.create(SETTINGS)
    text = "See https://Cup.example/a and [the pot](http://pot.example:80/), or https://cup.example."
    store.passages.put(site.id, [(Cut(Document("a", "A", "https://tea.example/a", text), ()), "digest")])
    database = Database(empty_url, is_pooled=False)

    with database.writing() as connection:
        step.fill_hosts(connection)

    assert store.passages.outlines(site.id, 0, 1)[0].hosts == ("tea.example", "cup.example", "pot.example")
    store.close()


def test_hours_that_were_counted_already_are_put_together_by_the_day(empty_url: str) -> None:
    migrate(empty_url)
    store = Store.open(empty_url, KEY)
    site = store.sites.create(SETTINGS)
    step = import_module("backend.store.migrations.versions.0030_large_sites")
    began = datetime(2026, 3, 28, 22, tzinfo=UTC)
    counts = dict.fromkeys(("questions", "done"), 2) | dict.fromkeys(("stopped", "failed", "unanswered"), 0)
    tokens = {"input_tokens": 10, "output_tokens": 1, "cache_read_tokens": 0, "cost_usd": 0.5}
    steps = {"first_text": {"9": 2}, "whole": {"12": 1}}
    known = {"site_id": site.id, "model": "m", "route": "r", **counts, **tokens, **steps}
    database = Database(empty_url, is_pooled=False)
    with database.writing() as connection:
        connection.execute(hour.insert(), [{**known, "at": began + timedelta(hours=number)} for number in range(4)])
        step.fill_days(connection)
    days = store.numbers.days(site.id, began - timedelta(days=1), began + timedelta(days=2))
    store.close()
    assert [(each.at.day, each.at.hour, each.questions, each.cost_usd) for each in days] == [
        (28, 0, 4, 1),
        (29, 0, 4, 1),
    ]
    assert [each.first_text for each in days] == [{9: 4}, {9: 4}]


def test_a_database_without_its_tables_is_not_ready(empty_url: str) -> None:
    assert not is_ready(empty_url)


def test_a_database_of_another_version_is_not_ready(empty_url: str) -> None:
    migrate(empty_url)
    database = Database(empty_url, is_pooled=False)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    assert not is_ready(empty_url)


def test_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    program = "import sys; from backend.store import migrate; sys.stdin.read(1); migrate(sys.argv[1])"
    command = [sys.executable, "-W", "error", "-c", program, empty_url]
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    starters = [subprocess.Popen(command, text=True, **pipes) for _ in range(3)]  # type: ignore[call-overload]
    for starter in starters:
        starter.stdin.write("\n")
        starter.stdin.flush()

    ends = [(starter.communicate(timeout=60)[1], starter.returncode) for starter in starters]

    assert ends == [("", 0)] * 3
    assert is_ready(empty_url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "not a database URL"),
        ("mysql://localhost/deskbell", "only sqlite and postgresql"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:////nowhere/at/all/deskbell.db", "cannot be opened"),
        ("postgresql://someone:secret@127.0.0.1:1/deskbell", "cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_opened_is_named_in_one_sentence(url: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as refused:
        migrate(url)

    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_no_database_is_named_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("These are notes, not a database. " * 100)

    with pytest.raises(SettingsError, match="cannot be opened"):
        migrate(f"sqlite:///{tmp_path}/notes.db")
