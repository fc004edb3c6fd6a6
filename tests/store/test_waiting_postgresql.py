"""PostgreSQL that takes its time: a worker's other streams go on meanwhile."""

from __future__ import annotations

import subprocess
import sys

from backend.store import migrate

# A worker as gunicorn's gevent worker is: patched before anything else is imported.
READ_WHILE_A_STREAM_GOES_ON = """
from gevent import monkey; monkey.patch_all()
import sys, time
import gevent
from sqlalchemy import text
from backend.store.database import Database

database = Database(sys.argv[1])

def read_slowly():
    with database.reading() as connection:
        connection.execute(text("SELECT pg_sleep(1)"))

with database.reading():
    pass  # what a first connection costs is not what is measured
reading = [gevent.spawn(read_slowly) for _ in range(3)]
longest_gap, last = 0.0, time.monotonic()
while not all(each.ready() for each in reading):
    gevent.sleep(0.005)
    longest_gap, last = max(longest_gap, time.monotonic() - last), time.monotonic()
gevent.joinall(reading, raise_error=True)
print(longest_gap)
"""


def test_a_slow_database_holds_up_nobody_but_its_own_reader(postgres_url: str) -> None:
    migrate(postgres_url)
    command = [sys.executable, "-c", READ_WHILE_A_STREAM_GOES_ON, postgres_url]

    gap = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout

    assert float(gap) < 0.5  # each of the three reads takes a whole second
