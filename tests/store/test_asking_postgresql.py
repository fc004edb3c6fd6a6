"""Single statements on PostgreSQL go to its driver: they are spelled as on SQLite, and outlive their connections."""

from __future__ import annotations

import psycopg
import pytest

from backend.domain.errors import CannotKeep
from backend.store.database import Database

TELL = "SELECT CAST(:word AS TEXT), :number + 1, '50 %' LIKE '%50 %', CAST(now() AS DATE)::text <> ''"


def test_parameters_are_named_as_on_sqlite_and_signs_of_percent_stay(postgres_url: str) -> None:
    database = Database(postgres_url)

    assert [tuple(row) for row in database.rows(TELL, {"word": "o'clock", "number": 41})] == [
        ("o'clock", 42, True, True)
    ]
    database.close()


def test_connections_that_the_server_has_ended_are_not_seen(postgres_url: str) -> None:
    database = Database(postgres_url)
    own = {row[0] for row in database.rows("SELECT pg_backend_pid()", {})}
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as operator:
        operator.execute("SELECT pg_terminate_backend(%s, 5000)", list(own))

    (row,) = database.rows("SELECT pg_backend_pid()", {})

    assert row[0] not in own
    database.close()


def test_a_statement_that_was_refused_harms_none_after_it(postgres_url: str) -> None:
    database = Database(postgres_url)

    with pytest.raises(psycopg.errors.UndefinedTable):
        database.rows("SELECT 1 FROM nowhere", {})

    assert database.rows("SELECT 1", {})[0][0] == 1
    database.close()


def test_a_server_that_is_away_is_said_without_its_host() -> None:
    database = Database("postgresql://deskbell@127.0.0.1:1/deskbell")

    with pytest.raises(CannotKeep, match="its server cannot be reached") as met:
        database.rows("SELECT 1", {})

    assert "127.0.0.1" not in str(met.value)
    database.close()
