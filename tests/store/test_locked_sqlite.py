"""SQLite locked by another process: writes wait without holding anybody up, and give up in a clear way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.domain.errors import Busy
from backend.domain.site import SiteSettings
from backend.store import Store, migrate
from backend.store.database import Database

SETTINGS = SiteSettings(name="Tea Shop", origins=("https://tea.example",))
KEY = bytes(32)

HOLD_THE_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
"""

# A worker as gunicorn's gevent worker is: patched before anything else is imported.
WRITE_WHILE_A_STREAM_GOES_ON = """
from gevent import monkey; monkey.patch_all()
import sys, time
import gevent
from backend.domain.site import SiteSettings
from backend.store import Store

store = Store.open(sys.argv[1], bytes(32))
writing = gevent.spawn(store.sites.create, SiteSettings(name="Tea Shop", origins=()))
longest_gap, last, end = 0.0, time.monotonic(), time.monotonic() + 1
while time.monotonic() < end:
    gevent.sleep(0.005)
    longest_gap, last = max(longest_gap, time.monotonic() - last), time.monotonic()
print(longest_gap, writing.ready(), flush=True)
writing.get(timeout=10)
print("written", flush=True)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    migrate(f"sqlite:///{tmp_path}/deskbell.db")
    return tmp_path / "deskbell.db"


@pytest.fixture
def hold_the_lock(file: Path) -> Iterator[Callable[[], None]]:
    """The write lock is held by another process until what is given here is called."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    holder = subprocess.Popen([sys.executable, "-c", HOLD_THE_LOCK, str(file)], text=True, **pipes)  # type: ignore[call-overload]
    assert holder.stdout.readline() == "locked\n"

    def let_go() -> None:
        if holder.poll() is None:
            holder.communicate("\n", timeout=10)

    yield let_go
    let_go()


def test_a_write_waits_for_another_process_while_streams_go_on(file: Path, hold_the_lock: Callable[[], None]) -> None:
    command = [sys.executable, "-c", WRITE_WHILE_A_STREAM_GOES_ON, f"sqlite:///{file}"]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        gap, is_written = worker.stdout.readline().split()
        hold_the_lock()
        assert worker.stdout.readline() == "written\n"

    assert is_written == "False"
    assert float(gap) < 0.3  # inside SQLite it would have waited for all of the second


def test_a_write_that_waits_too_long_says_so(file: Path, hold_the_lock: Callable[[], None]) -> None:
    database = Database(f"sqlite:///{file}", timeout_s=0.1)

    with pytest.raises(Busy, match="locked") as refused, database.writing():
        pytest.fail("the lock is held elsewhere")

    assert refused.value.retry_after_s is not None
    hold_the_lock()
    with database.writing():
        pass  # and what was refused holds nothing up afterwards
    database.close()


def test_readers_do_not_wait_for_a_writer(file: Path, hold_the_lock: Callable[[], None]) -> None:
    store = Store(Database(f"sqlite:///{file}", timeout_s=0.1), KEY)

    assert store.sites.sites() == []
    store.close()


def test_a_locked_database_is_not_ready(file: Path, hold_the_lock: Callable[[], None]) -> None:
    store = Store.open(f"sqlite:///{file}", KEY)

    assert store.problem()
    hold_the_lock()
    assert store.problem() is None
    store.close()
