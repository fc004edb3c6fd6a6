"""A disk that is full, a database that may only be read or is locked: said plainly, and no stream waits for it."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import httpx2
import pytest

from tests.api.client import Visitor
from tests.restarts.conftest import LARKMOOR, REPLY
from tests.restarts.reading import Reading, workers_of
from tests.servers import ROOT, Deskbell, ModelServer, deskbell, end, environment_for, model_server, wait_until_ready

PLAIN_SENTENCE = "The assistant cannot take questions just now. Please try again in a few minutes."
STALLED = (
    8  # times the longest pause of an undisturbed answer: a worker that waits for the lock pauses 20 times as long
)
# Root may write everything; without this capability it may write what its files' modes allow, as everybody else.
AS_ANYBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
HOLD_THE_LOCK = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(2)
connection.execute("COMMIT")
"""


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with model_server({"reply": REPLY, "pace_ms": 12}) as running:
        yield running


@pytest.fixture
def server(tmp_path: Path, model: ModelServer) -> Iterator[Deskbell]:
    with deskbell(tmp_path, LARKMOOR, ANTHROPIC_API_KEY="sk-test", ANTHROPIC_BASE_URL=model.url) as running:
        yield running
    Visitor.show_all_out()


def ask(server: Deskbell, many: int) -> list[Reading]:
    """Return visitors in the middle of their answers."""
    readings = [Reading(server, f"Question {number}?") for number in range(many)]
    for reading in readings:
        reading.wait_for_events(4)
    return readings


def longest_pause(readings: list[Reading], until: str = "delta") -> float:
    """Return the longest time between two pieces of text, of all these answers."""
    pauses = []
    for reading in readings:
        times = [at for event, at in zip(reading.events, reading.times, strict=True) if event.event == until]
        pauses += [later - earlier for earlier, later in pairwise(times)]
    return max(pauses)


def problems_of(server: Deskbell) -> list[str]:
    answer = httpx2.get(f"{server.url}/readyz")
    assert (answer.status_code == 503) is bool(answer.json()["problems"])
    problems: list[str] = answer.json()["problems"]
    return problems


def take_no_more(server: Deskbell, size: int) -> None:
    """Let the server's worker write no file beyond this size, as on a disk that is full."""
    (worker,) = workers_of(server)
    resource.prlimit(worker, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def database_of(server: Deskbell) -> Path:
    return Path(server.environment["DATA_DIR"]) / "deskbell.sqlite3"


def test_a_full_disk_is_said_plainly_and_what_was_shown_is_kept_when_there_is_room_again(server: Deskbell) -> None:
    undisturbed = ask(server, 3)
    for reading in undisturbed:
        assert reading.end().event == "done"

    running = ask(server, 3)
    take_no_more(server, 0)
    refused = Visitor(server.url, server.sites["larkmoor"]).refused()
    assert (refused.status_code, refused.json()["code"], refused.json()["title"]) == (503, "busy", PLAIN_SENTENCE)
    assert "the disk" in refused.json()["detail"]
    assert "INSERT" not in refused.text
    assert int(refused.headers["retry-after"]) > 0
    assert any("the disk" in problem for problem in problems_of(server))
    for reading in running:
        last = reading.end()
        assert (last.event, last.data["code"]) == ("error", "internal")
        assert "could not store it" in last.data["message"]
        assert json.loads(reading.text()) == REPLY
    assert longest_pause(running) < STALLED * longest_pause(undisturbed)

    take_no_more(server, resource.RLIM_INFINITY)
    deadline = time.monotonic() + 30
    while problems_of(server):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    for reading in [*undisturbed, *running]:
        conversation = reading.events[0].data["conversation"]
        (turn,) = reading.visitor.get(f"/v1/conversations/{conversation}").json()["turns"]
        assert (turn["status"], turn["reply"]) == ("done", REPLY)
    assert Visitor(server.url, server.sites["larkmoor"]).ask("And now?")[-1].event == "done"
    with sqlite3.connect(database_of(server)) as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
    database.close()


def test_a_database_that_another_process_locks_for_two_seconds_stalls_nobody(server: Deskbell) -> None:
    undisturbed = ask(server, 3)
    for reading in undisturbed:
        assert reading.end().event == "done"

    running = ask(server, 3)
    command = [sys.executable, "-c", HOLD_THE_LOCK, str(database_of(server))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        meanwhile = Reading(server, "A question while it is locked?")
        for reading in [*running, meanwhile]:
            assert reading.end().event == "done"
            assert json.loads(reading.text()) == REPLY
            assert set(reading.statuses) == {200}
    assert longest_pause(running) < STALLED * longest_pause(undisturbed)


def test_a_database_that_may_only_be_read_refuses_questions_and_still_shows_what_is_there(
    tmp_path: Path, model: ModelServer
) -> None:
    database = tmp_path / "database"
    database.mkdir()
    settings = {
        "ANTHROPIC_API_KEY": "sk-test",
        "ANTHROPIC_BASE_URL": model.url,
        "DATABASE_URL": f"sqlite:///{database}/deskbell.sqlite3",
    }
    with deskbell(tmp_path, LARKMOOR, **settings) as before:
        reading = Reading(before, "A question?")
        assert reading.end().event == "done"
    for path in (*database.iterdir(), database):
        path.chmod(0o444 if path.is_file() else 0o555)
    log = tmp_path / "later.log"
    environment = environment_for(tmp_path, PORT=before.environment["PORT"], **settings)
    with log.open("ab") as sink:
        command = [*AS_ANYBODY, sys.executable, "-m", "backend", "serve"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sink, stderr=sink)
    later = Deskbell(before.url, environment, process, log, before.sites)
    try:
        wait_until_alive(later)
        refused = Visitor(later.url, later.sites["larkmoor"]).refused()
        assert (refused.status_code, refused.json()["title"]) == (503, PLAIN_SENTENCE)
        assert "may only be read" in refused.json()["detail"]
        assert any("may only be read" in problem for problem in problems_of(later))
        conversation = reading.events[0].data["conversation"]
        (turn,) = reading.visitor.get(f"/v1/conversations/{conversation}").json()["turns"]
        assert turn["reply"] == REPLY
        for path in (database, *database.iterdir()):
            path.chmod(0o644 if path.is_file() else 0o755)
        wait_until_ready(later)
    finally:
        end(process)
        Visitor.show_all_out()


def wait_until_alive(server: Deskbell) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert server.process.poll() is None, server.log.read_text()
        try:
            httpx2.get(f"{server.url}/healthz")
        except httpx2.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(server.log.read_text())
