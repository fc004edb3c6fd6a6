"""Runs crowds of visitors against a server under a model that writes: who was told what, and how late."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.servers import ROOT
from tests.tools.bench.measure import quantile
from tests.tools.bench.worker import cpu_seconds
from tests.tools.bench.writing_model import CHUNK, HEAD, PACE_S, TAIL

LEFT_WITHIN_S = 60.0
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Door:
    """Where a crowd asks, and the body of a question for a tale."""

    url: str
    path: str
    body_of: Callable[[str], Mapping[str, object]]


@dataclass
class Model:
    """The model that writes. `is_done` waits until it has nothing left to write."""

    url: str

    def begun(self) -> dict[str, float]:
        with urllib.request.urlopen(f"{self.url}/begun", timeout=10) as answer:
            told: dict[str, float] = json.load(answer)
            return told

    def wait_until_done(self) -> None:
        deadline = time.monotonic() + LEFT_WITHIN_S
        while time.monotonic() < deadline:
            with urllib.request.urlopen(f"{self.url}/left", timeout=10) as answer:
                if json.load(answer) == 0:
                    return
            time.sleep(0.1)
        raise TimeoutError("the model still writes")


@contextlib.contextmanager
def writing_model() -> Iterator[Model]:
    command = [sys.executable, "-m", "tests.tools.bench.writing_model"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Model(process.stdout.readline().strip())
        finally:
            process.terminate()


@dataclass(frozen=True)
class Visitor:
    """Asks for `tales` one after the other, from `at` seconds on."""

    name: str
    at: float
    tales: Sequence[int]
    address: str = ""
    pause: float = 0.0


@dataclass
class Run:
    """What a crowd saw; times by the monotonic clock. `begun` is when each tale's first delta was due, and `tale` of a
    turn how many deltas it has."""

    turns: list[dict[str, Any]]
    begun: dict[str, float]

    @property
    def problems(self) -> list[str]:
        return [f"{turn['status']} {turn['problem']}" for turn in self.turns if turn.get("problem")]

    def first_ms(self) -> list[float]:
        """Return how much longer each waited for the first character than the model took to write it."""
        return [added_ms(turn) for turn in self.turns if "first" in turn]

    def lags_ms(self, since: float = 0.0) -> list[float]:
        """Return for each delta of the messages that was seen how long after it was due."""
        return [lag for turn in self.turns for lag in lags_of(turn, self.begun, since)]


def added_ms(turn: Mapping[str, Any]) -> float:
    written_after_s = (len(HEAD) - 1) // CHUNK * PACE_S  # the document's head is not shown
    waited_s: float = turn["first"] - turn["asked"]
    return (waited_s - written_after_s) * 1000


def lags_of(turn: Mapping[str, Any], begun: Mapping[str, float], since: float) -> Iterator[float]:
    """Yield the lag of each delta of the message. What stands behind it in the reply is no text: our own document's end
    takes its place, and goes out after the verdict."""
    began = begun.get(tale_name(turn["name"], turn["number"]))
    delta, of_message = 0, (turn["tale"] * CHUNK - len(TAIL)) // CHUNK
    for at, characters in turn["arrivals"] if began is not None else ():
        last = min((len(HEAD) + characters) // CHUNK, of_message) - 1  # the last delta of which all has come
        for each in range(delta, last + 1):
            if at >= since:
                yield (at - began - each * PACE_S) * 1000
        delta = max(delta, last + 1)


def tale_name(visitor: str, number: int) -> str:
    return f"{visitor}x{letters_of(number)}"


def letters_of(number: int) -> str:
    """Return a number in letters, which no check of a question takes for a card or a phone."""
    return (letters_of(number // 26) if number >= 26 else "") + LETTERS[number % 26]


def question_for(deltas: int, name: str) -> str:
    return f"How do I connect my own domain here? Please write a tale of {deltas} by {name}"


class Running:
    """A crowd that is asking."""

    def __init__(self, door: Door, visitors: Sequence[Visitor], model: Model | None) -> None:
        address = urlsplit(door.url)
        self._model = model
        self._tales = {each.name: each.tales for each in visitors}
        plan: dict[str, Any] = {"host": address.hostname, "port": address.port, "path": door.path, "visitors": []}
        for each in visitors:
            questions = [question_for(deltas, tale_name(each.name, at)) for at, deltas in enumerate(each.tales)]
            one = {"name": each.name, "at": each.at, "pause": each.pause, "bodies": list(map(door.body_of, questions))}
            plan["visitors"].append({**one, **({"address": each.address} if each.address else {})})
        command = [sys.executable, "-m", "tests.tools.bench.asking_crowd"]
        self.began = time.monotonic()
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(plan))
        self._process.stdin.close()

    def result(self) -> Run:
        """Wait for its end, and for the model's."""
        with self._process as process:
            assert process.stdout is not None
            turns = json.loads(process.stdout.read())
        for turn in turns:
            turn["tale"] = self._tales[turn["name"]][turn["number"]]
        if self._model:
            self._model.wait_until_done()
        return Run(turns, self._model.begun() if self._model else {})


def ask_all(door: Door, visitors: Sequence[Visitor], model: Model | None) -> Run:
    return Running(door, visitors, model).result()


def crowd_of(streams: int, tales: Sequence[int], within_s: float, kind: str = "") -> list[Visitor]:
    """Return so many visitors who come one after the other within some seconds."""
    return [Visitor(f"{kind}{letters_of(at)}", at * within_s / streams, tales) for at in range(streams)]


def cpu_between(worker: int, seconds: float) -> float:
    """Return the share of a core that a worker uses for some seconds."""
    before, began = cpu_seconds(worker), time.monotonic()
    time.sleep(seconds)
    return (cpu_seconds(worker) - before) / (time.monotonic() - began)


def p(values: Sequence[float], share: float) -> float:
    return quantile(values, share) if values else float("inf")
