"""Restarts, planned or not: every visitor gets the whole answer, or is told plainly that it was interrupted."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import httpx2
import pytest

from tests.api.client import Visitor, document_of
from tests.restarts.conftest import REPLY
from tests.restarts.reading import Reading, busiest_worker_of, wait_until, workers_of
from tests.servers import Deskbell, ModelServer, RedisServer, deskbell

STARTS_AS_OPERATORS_DO = True  # what a worker reads when it is started anew is part of what is tried
LEASE_AND_A_LITTLE_S = 45.0  # a lease and a look take 7 s where nothing else runs


def test_a_reload_loses_and_refuses_nothing(server: Deskbell) -> None:
    before = workers_of(server)
    readings = [Reading(server, f"Question {number}?") for number in range(4)]
    for reading in readings:
        reading.wait_for_events(3)
    server.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 60
    late: list[Reading] = []
    while set(before) & set(workers_of(server)) and time.monotonic() < deadline:
        late.append(Reading(server, f"Question {len(late)} while it reloads?"))
        time.sleep(0.2)
    for reading in [*readings, *late]:
        assert reading.end().event == "done"
        assert json.loads(reading.text()) == REPLY
        assert set(reading.statuses) == {200}
    assert not set(before) & set(workers_of(server))


def test_a_reader_who_comes_back_during_a_reload_finds_the_answer_that_the_old_worker_writes(server: Deskbell) -> None:
    reading = Reading(server, "A question?", leaves_after=5)
    reading.join(10)
    before = set(workers_of(server))
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: bool(set(workers_of(server)) - before))
    rest = reading.visitor.again(reading.turn, 5)
    assert rest.status_code == 200
    assert rest.text.count("event: done") == 1
    assert "id: 6\n" in rest.text


def test_a_worker_that_is_killed_ends_its_answers_in_time_and_each_can_be_had_again(server: Deskbell) -> None:
    readings = [Reading(server, f"Question {number}?") for number in range(12)]
    for reading in readings:
        reading.wait_for_events(6)
    killed_at = time.monotonic()
    os.kill(busiest_worker_of(server), signal.SIGKILL)
    whole = json.dumps(REPLY)
    for reading in readings:
        end = reading.end()
        assert reading.times[-1] - killed_at < LEASE_AND_A_LITTLE_S
        if end.event == "error":
            assert end.data["code"] == "interrupted"
            assert is_prefix(reading.text(), whole)
            again_at_the_end = reading.visitor.again(reading.turn, reading.cursor())
            assert again_at_the_end.status_code == 204
        else:
            assert json.loads(reading.text()) == REPLY
    interrupted = [reading for reading in readings if reading.events[-1].event == "error"]
    assert interrupted
    for reading in interrupted[:2]:
        again = reading.visitor.ask(reading.message, turn=reading.turn)
        assert again[-1].event == "done"
        assert document_of(again) == REPLY
        assert [event.id for event in again] == list(range(1, len(again) + 1))
        conversation = again[0].data["conversation"]
        turns = reading.visitor.get(f"/v1/conversations/{conversation}").json()["turns"]
        assert [(turn["question"], turn["status"]) for turn in turns] == [(reading.message, "done")]
        assert turns[0]["reply"] == REPLY


def is_prefix(document: str, whole: str) -> bool:
    """Tell whether a reply document that was cut shows nothing but the beginning of the whole message."""
    shown = document.partition('"message":')[2].lstrip().removeprefix('"')
    message = whole.partition('"message":')[2].lstrip().removeprefix('"')
    return message.startswith(shown)


def test_a_cursor_of_an_interrupted_answer_never_meets_the_text_of_its_successor(
    server: Deskbell, model: ModelServer
) -> None:
    sleeper = Reading(server, "A question?", leaves_after=6)
    sleeper.join(10)
    for worker in workers_of(server):
        os.kill(worker, signal.SIGKILL)
    asker = sleeper.visitor
    deadline = time.monotonic() + 30  # two workers start meanwhile, on a machine that may be busy
    while time.monotonic() < deadline:
        try:
            again = asker.ask("A question?", turn=sleeper.turn)
        except httpx2.TransportError:
            time.sleep(0.1)
            continue
        if again[-1].event == "done":
            break
    assert document_of(again) == REPLY
    late = asker.again(sleeper.turn, 6)
    assert late.status_code == 200
    assert "event: delta" not in late.text
    assert late.text.count("event: replace") == late.text.count("event: done") == 1
    assert "id: 7\n" in late.text


@pytest.mark.parametrize("server", ["two workers"], indirect=True)
def test_chat_goes_on_while_redis_is_gone_and_nothing_is_stuck_after(server: Deskbell, redis: RedisServer) -> None:
    before = [Reading(server, f"Question {number} before?") for number in range(4)]
    for reading in before:
        reading.wait_for_events(3)
    redis.end()
    during = [Reading(server, f"Question {number} during?") for number in range(4)]
    for reading in [*before, *during]:
        assert reading.end().event == "done"
        assert json.loads(reading.text()) == REPLY
    assert httpx2.get(f"{server.url}/readyz").status_code == 503
    redis.start()
    deadline = time.monotonic() + 60
    while httpx2.get(f"{server.url}/readyz").status_code == 503:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    after = Reading(server, "A question after?")
    assert after.end().event == "done"
    for reading in [*before, *during]:
        shown = reading.visitor.again(reading.turn)
        assert shown.text.count("event: done") == 1


# the last: it ends the server that the others use


def test_a_server_that_is_told_to_end_finishes_every_answer(server: Deskbell) -> None:
    readings = [Reading(server, f"Question {number}?") for number in range(4)]
    gone = Reading(server, "Somebody who leaves?", leaves_after=3)
    for reading in readings:
        reading.wait_for_events(3)
    gone.join(10)
    gone.visitor.http.close()
    server.process.send_signal(signal.SIGTERM)
    wait_until(lambda: httpx2.get(f"{server.url}/readyz").status_code == 503)
    other = Visitor(server.url, server.sites["larkmoor"])
    assert httpx2.get(f"{server.url}/readyz").status_code == 503
    refused = other.refused()
    assert (refused.status_code, refused.json()["code"]) == (503, "shutting_down")
    assert int(refused.headers["Retry-After"]) > 0
    for reading in readings:
        assert reading.end().event == "done"
        assert json.loads(reading.text()) == REPLY
        assert reading.resumes <= 1
    assert server.process.wait(20) == 0
    assert "Traceback" not in server.log.read_text()
    data = {name: server.environment[name] for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")}
    with deskbell(Path(server.environment["DATA_DIR"]), **data) as later:
        back = Visitor(later.url, "pk_larkmoor")
        back.token = gone.visitor.token
        conversation = gone.events[0].data["conversation"]
        turns = back.get(f"/v1/conversations/{conversation}").json()["turns"]
        assert [turn["status"] for turn in turns] == ["done"]
        assert turns[0]["reply"] == REPLY
