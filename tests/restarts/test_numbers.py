"""The numbers for Prometheus: whole, whichever worker is asked, and whatever became of a worker."""

from __future__ import annotations

import os
import re
import signal
import time

import httpx2
import pytest

from tests.api.client import Visitor
from tests.restarts.reading import workers_of
from tests.servers import Deskbell


def turns_done(server: Deskbell) -> float:
    """Return how many turns have ended well by the numbers of one worker, asked over a connection of its own."""
    found = re.search(r'^chat_turns_total\{status="done"\} (\S+)$', httpx2.get(f"{server.url}/metrics").text, re.M)
    return float(found[1]) if found else 0.0


@pytest.mark.parametrize("server", ["two workers"], indirect=True)
def test_the_numbers_are_those_of_all_workers_and_outlive_one(server: Deskbell) -> None:
    before = turns_done(server)
    for number in range(6):
        assert Visitor(server.url, server.sites["larkmoor"]).ask(f"Question {number}?")[-1].event == "done"
    assert {turns_done(server) for _ in range(12)} == {before + 6}
    killed = workers_of(server)[0]
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while killed in workers_of(server) or len(workers_of(server)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert {turns_done(server) for _ in range(12)} == {before + 6}
