"""Keys and database belong together: a start with other keys says so before anything is lost."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.api.client import Visitor, document_of
from tests.servers import ROOT, deskbell, environment_for, free_port, run_backend

LARKMOOR = ROOT / "tests" / "larkmoor"
OTHER_KEY = "11" * 32


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Return a folder whose database holds a site and a conversation."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    with deskbell(folder, LARKMOOR) as running:
        visitor = Visitor(running.url, running.sites["larkmoor"])
        assert document_of(visitor.ask("How long do I have to return a tent?"))["message"]
    return folder


def refused(folder: Path, *command: str, **settings: str) -> str:
    ended = run_backend(*command, environment=environment_for(folder, PORT=str(free_port()), **settings))
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_a_start_with_another_data_key_is_refused_in_one_sentence(written: Path) -> None:
    said = refused(written, "serve", DATA_KEY=OTHER_KEY)
    assert said.splitlines()[-1].startswith("deskbell: DATA_KEY is not the key that this database was written with")
    assert OTHER_KEY not in said


def test_no_command_writes_with_another_data_key(written: Path) -> None:
    assert "DATA_KEY" in refused(written, "site", "apply", str(LARKMOOR), DATA_KEY=OTHER_KEY)
    assert "DATA_KEY" in refused(written, "kb", "list", "--site", "pk_larkmoor", DATA_KEY=OTHER_KEY)


def test_the_jobs_end_with_the_sentence_and_no_traceback(written: Path) -> None:
    assert refused(written, "jobs", DATA_KEY=OTHER_KEY).startswith("deskbell: DATA_KEY is not the key")


def test_a_volume_without_its_keys_is_refused_and_is_well_again_with_them(written: Path) -> None:
    kept = (written / "data_key").read_text()
    (written / "data_key").unlink()
    assert "DATA_KEY is not the key" in refused(written, "serve")
    (written / "data_key").write_text(kept)
    with deskbell(written) as running:
        assert Visitor(running.url, "pk_larkmoor").ask("How long do I have to return a tent?")


def test_a_database_of_an_earlier_version_is_known_by_its_sites_keys(written: Path) -> None:
    environment = environment_for(written)
    with sqlite3.connect(written / "deskbell.sqlite3") as database:
        database.execute("delete from key_check")
    database.close()
    assert "DATA_KEY is not the key" in refused(written, "serve", DATA_KEY=OTHER_KEY)
    assert run_backend("site", "list", environment=environment).returncode == 0


def test_another_secret_key_is_told_at_the_start_once(written: Path) -> None:
    with deskbell(written, SECRET_KEY="another secret of sixteen") as running:
        assert "SECRET_KEY is another than at the last start" in running.log.read_text()
    (written / "server.log").unlink()
    with deskbell(written, SECRET_KEY="another secret of sixteen") as running:
        assert "SECRET_KEY" not in running.log.read_text()


def test_keys_made_beside_a_database_elsewhere_are_named(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/elsewhere.sqlite3"
    first = run_backend("migrate", environment=environment_for(tmp_path / "data", DATABASE_URL=database))
    assert first.returncode == 0
    assert "SECRET_KEY and DATA_KEY not set: made in " in first.stderr
    assert f"{tmp_path / 'data' / 'data_key'}, for a database that is not in DATA_DIR" in first.stderr
    assert first.stderr.count("\n") == 1
    assert "DATABASE_URL" not in first.stderr
    again = run_backend("migrate", environment=environment_for(tmp_path / "data", DATABASE_URL=database))
    assert again.stderr == ""
    inside = run_backend("migrate", environment=environment_for(tmp_path / "own"))
    assert inside.stderr == ""


def test_a_second_host_with_keys_of_its_own_is_refused(postgres_url: str, tmp_path: Path) -> None:
    with database_of_our_own(postgres_url) as url:
        for folder in ("one", "two"):
            environment = environment_for(tmp_path / folder, DATABASE_URL=url)
            assert run_backend("migrate", environment=environment).returncode == 0
        applied = run_backend(
            "site", "apply", str(LARKMOOR), environment=environment_for(tmp_path / "one", DATABASE_URL=url)
        )
        assert applied.returncode == 0, applied.stderr
        assert "DATA_KEY is not the key" in refused(tmp_path / "two", "serve", DATABASE_URL=url)
        shutil.copy(tmp_path / "one" / "data_key", tmp_path / "two" / "data_key")
        with deskbell(tmp_path / "two", DATABASE_URL=url) as running:
            assert Visitor(running.url, "pk_larkmoor").ask("How long do I have to return a tent?")


@contextmanager
def database_of_our_own(server: str) -> Iterator[str]:
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE keys")
        yield server.removesuffix("/postgres") + "/keys"
        connection.execute("DROP DATABASE keys WITH (FORCE)")
