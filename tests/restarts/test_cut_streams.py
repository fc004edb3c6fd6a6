"""Connections that break anywhere: the visitor who comes back has every event once, and nothing else."""

from __future__ import annotations

import contextlib
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.api.client import Visitor, events_of, parse_stream
from tests.chaos_proxy import KINDS, ChaosProxy
from tests.restarts.conftest import REPLY
from tests.restarts.reading import Reading, connections_of
from tests.servers import Deskbell, ModelServer


def port_of(server: Deskbell) -> int:
    return int(server.url.rpartition(":")[2])


def test_an_answer_can_be_taken_up_behind_every_event(server: Deskbell) -> None:
    visitor = Visitor(server.url, server.sites["larkmoor"])
    whole = visitor.ask("How long do I have to return a tent?")
    turn = whole[0].data["turn"]
    for after in range(len(whole)):
        # A connection of its own each time, so that it may be another worker's.
        headers = {**visitor.bearer(), "Last-Event-ID": str(after)}
        rest = httpx2.get(f"{server.url}/v1/turns/{turn}/events", headers=headers)
        assert parse_stream(rest.text) == whole[after:]
    assert visitor.again(turn, len(whole)).status_code == 204
    assert visitor.again(turn, len(whole) + 1).status_code == 400


@pytest.mark.parametrize("seed", [1, 2])
def test_streams_that_break_at_random_bytes_are_put_together_exactly(server: Deskbell, seed: int) -> None:
    with ChaosProxy(port_of(server), seed) as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        readings = [Reading(server, f"Question {seed} {number}?", url=url) for number in range(12)]
        for reading in readings:
            assert reading.end().event == "done"
        assert {kind for kind, _ in proxy.met} == set(KINDS)
        assert sum(reading.resumes for reading in readings) > len(readings)
    for reading in readings:
        direct = Visitor(server.url, server.sites["larkmoor"])
        direct.token = reading.visitor.token
        assert [(event.id, event.event, event.data) for event in reading.events] == [
            (event.id, event.event, event.data) for event in parse_stream(direct.again(reading.turn).text)
        ]


def test_a_question_sent_twice_at_once_is_answered_once(server: Deskbell, model: ModelServer) -> None:
    model.forget()
    turns = [str(uuid.uuid4()) for _ in range(15)]

    def ask(turn: str) -> list[object]:
        visitor = Visitor(server.url, server.sites["larkmoor"])
        return [(event.id, event.event, event.data) for event in visitor.ask(f"Question {turn}?", turn=turn)]

    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(ask, [turn for turn in turns for _ in range(2)]))
    assert len(model.requests()) == len(turns)
    for first, second in zip(answers[::2], answers[1::2], strict=True):
        assert first == second


def test_visitors_who_leave_while_the_model_is_silent_are_noticed_within_a_second(
    server: Deskbell, model: ModelServer
) -> None:
    model.forget()
    model.play({"match": "Silence", "first_ms": 4_000}, {"reply": REPLY, "pace_ms": 12})
    with contextlib.ExitStack() as there:
        visitors = [Visitor(server.url, server.sites["larkmoor"]) for _ in range(10)]
        turns, streams = [], []
        for number, visitor in enumerate(visitors):
            response = there.enter_context(visitor.asking(f"Silence {number}?"))
            streams.append(events_of(response.iter_lines()))  # one that is let go of closes its connection
            start = next(streams[-1]).data
            visitor.token = start["visitor"]
            turns.append(start["turn"])
        deadline = time.monotonic() + 3
        while len(model.requests()) < len(visitors):  # all connections to the model are there, and stay
            assert time.monotonic() < deadline
            time.sleep(0.02)
        during = connections_of(server)
    time.sleep(1)
    after = connections_of(server)
    assert during - after >= len(visitors)
    for visitor, turn in zip(visitors, turns, strict=True):
        assert visitor.again(turn, 1).text.count("event: done") == 1  # and each answer is there, whoever has left
