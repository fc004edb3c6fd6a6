"""What is due is crawled again, by a process that starts and ends with the server."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from backend.domain.crawl import Crawl, CrawlState
from backend.domain.errors import Busy
from backend.jobs.queue import find_due, keep_looking
from backend.settings import read_settings
from backend.store import Store
from tests.servers import ROOT, deskbell, end, environment_for, run_backend

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LARKMOOR = ROOT / "tests" / "larkmoor"
LONGEST_START_S = 60


def crawl(state: CrawlState, every_hours: int, *, ended_hours_ago: float | None, alive_minutes_ago: float = 0) -> Crawl:
    ended = None if ended_hours_ago is None else NOW - timedelta(hours=ended_hours_ago)
    alive = NOW - timedelta(minutes=alive_minutes_ago)
    return Crawl(1, 1, "https://shop.example/", every_hours, state, "", alive, ended)


@pytest.mark.parametrize(
    ("given", "is_due"),
    [
        (crawl("done", 24, ended_hours_ago=25), True),
        (crawl("done", 24, ended_hours_ago=23), False),
        (crawl("failed", 24, ended_hours_ago=25), True),
        (crawl("stopped", 24, ended_hours_ago=25), True),
        (crawl("done", 0, ended_hours_ago=9999), False),
        (crawl("running", 24, ended_hours_ago=None), False),
        (crawl("running", 0, ended_hours_ago=None, alive_minutes_ago=6), True),
        (crawl("done", 1, ended_hours_ago=None, alive_minutes_ago=61), True),
    ],
)
def test_a_crawl_is_due_when_its_time_has_come_or_it_was_cut_off(given: Crawl, is_due: bool) -> None:
    assert bool(find_due([given], NOW)) is is_due


class Enough(BaseException):
    """What ends a loop that nothing else ends."""


def test_what_is_in_the_way_is_said_once_and_again_when_it_comes_back() -> None:
    met = [Busy("away"), Busy("away"), None, Busy("away"), KeyError("x"), KeyError("x")]

    def look() -> None:
        if problem := met.pop(0):
            raise problem

    def pause(_seconds: float) -> None:
        if not met:
            raise Enough

    with capture_logs() as lines, pytest.raises(Enough):
        keep_looking(look, pause)
    said = ["jobs.cannot_look", "jobs.cannot_look", "jobs.look_broke"]
    assert [line["event"] for line in lines] == said


def test_jobs_that_are_hung_up_on_begin_anew(tmp_path: Path) -> None:
    with deskbell(tmp_path, DESKBELL_JOBS="on", MODEL_PROVIDER="embedded") as server:
        (jobs,) = wait_for(lambda: children(server.process.pid, "jobs"))
        hears_of = f"/proc/{jobs}/status"
        wait_for(lambda: caught(hears_of) & 1 << (signal.SIGHUP - 1))
        os.kill(jobs, signal.SIGHUP)
        wait_for(lambda: not caught(hears_of) & 1 << (signal.SIGHUP - 1))
        wait_for(lambda: caught(hears_of) & 1 << (signal.SIGHUP - 1))
        assert children(server.process.pid, "jobs") == [jobs]
        assert "Traceback" not in server.log.read_text()


def caught(status: str) -> int:
    """Return the signals that a process handles, as bits."""
    (line,) = (line for line in Path(status).read_text().splitlines() if line.startswith("SigCgt"))
    return int(line.split()[1], 16)


def test_jobs_run_beside_the_server_and_end_with_it(tmp_path: Path) -> None:
    environment = environment_for(tmp_path)
    run_backend("migrate", environment=environment)
    run_backend("site", "apply", str(LARKMOOR), environment=environment)
    settings = read_settings(environment, tmp_path)
    store = Store.open(settings.database_url, settings.data_key, long_ago)
    store.crawls.open(store.sites.sites()[0].id, "http://127.0.0.1/", 1)
    with deskbell(tmp_path, DESKBELL_JOBS="on", MODEL_PROVIDER="embedded") as server:
        (jobs,) = wait_for(lambda: children(server.process.pid, "jobs"))
        failed = wait_for(lambda: [each for each in store.crawls.crawls() if each.state == "failed"])
        assert "not on the public network" in failed[0].note
        end(server.process)
        wait_for(lambda: not Path(f"/proc/{jobs}").exists())
    store.close()


def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(days=1)


def wait_for(ask):  # type: ignore[no-untyped-def]
    """Return what `ask` says as soon as it says something."""
    deadline = time.monotonic() + LONGEST_START_S
    while time.monotonic() < deadline:
        if said := ask():
            return said
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def children(parent: int, command: str) -> list[int]:
    """Return the processes below a process whose command line ends in this command's."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            stat = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()
            line = Path("/proc", entry, "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if int(stat[1]) == parent and command.encode() in line:
            found.append(int(entry))
    return found
