"""DATA_DIR is for its owner's eyes alone, and for one server at a time."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from backend.domain.data_dir import make_private_folder, what_others_can_read
from tests.api.client import Visitor
from tests.servers import ROOT, deskbell, environment_for, free_port, run_backend

LARKMOOR = ROOT / "tests" / "larkmoor"


def modes_in(folder: Path) -> dict[str, int]:
    """Return the mode of the folder and of every file and folder in it."""
    found = [folder, *folder.rglob("*")]
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in found if path.exists()}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_nothing_in_the_folder_can_be_read_by_others(tmp_path: Path, workers: str, redis_url: str) -> None:
    many = {"WEB_CONCURRENCY": "2", "REDIS_URL": redis_url} if workers == "2" else {}
    before = os.umask(0o022)  # what most shells have
    try:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "server.log").touch(0o600)
        with deskbell(tmp_path / "data", LARKMOOR, DESKBELL_JOBS="on", **many) as running:
            Visitor(running.url, "pk_larkmoor").ask("How long do I have to return a tent?")
            modes = modes_in(tmp_path / "data")
    finally:
        os.umask(before)
    assert {"deskbell.sqlite3", "deskbell.sqlite3-wal", "data_key", "secret_key"} <= modes.keys()
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}


def test_a_folder_of_an_earlier_version_is_closed_and_the_start_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with deskbell(folder_for(folder), LARKMOOR):
        pass
    folder.chmod(0o755)
    (folder / "deskbell.sqlite3").chmod(0o644)
    (folder / "notes.txt").touch(0o644)
    listed = run_backend("site", "list", environment=environment_for(folder))
    assert f"DATA_DIR={folder}: others could read data, deskbell.sqlite3" in listed.stderr
    assert "notes.txt" not in listed.stderr  # a start names it, not every command
    (said,) = what_others_can_read(folder)
    assert "notes.txt" in said
    assert run_backend("site", "list", environment=environment_for(folder)).stderr.count("DATA_DIR") == 0
    assert {name for name, mode in modes_in(folder).items() if mode & 0o077} == {"notes.txt", "server.log"}


def folder_for(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    return folder


def test_a_folder_that_everybody_shares_is_left_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    assert make_private_folder(shared) == []
    (said,) = what_others_can_read(shared)
    assert "others can read tmp" in said
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777


def test_a_second_server_on_one_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with deskbell(tmp_path) as first:
        second = run_backend("serve", environment=environment_for(tmp_path, PORT=str(free_port())))
        assert second.returncode == 2
        said = second.stderr.splitlines()[-1]
        assert f"DATA_DIR={tmp_path} is in use by another server (process {first.process.pid})" in said
        assert "Traceback" not in second.stderr
        assert first.run("site", "list").returncode == 0
        first.process.kill()
        first.process.wait()
    with deskbell(tmp_path) as after:  # one that was killed holds nothing
        assert after.run("site", "list").returncode == 0
