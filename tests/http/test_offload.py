"""Work beside the event loop: the loop turns meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import gevent

from backend.domain.indexed import Nearness
from backend.domain.knowledge import Passage
from backend.http.offload import EmbedderOffTheLoop


class SlowEmbedder:
    """Compares only once somebody in the event loop has had a turn."""

    def __init__(self) -> None:
        self.loop_has_turned = threading.Event()

    def embed(self, passage: Passage) -> bytes:
        return passage.text.encode()

    def compare(self, question: str, kept: Sequence[bytes]) -> Sequence[Nearness]:
        assert self.loop_has_turned.wait(20), "the loop stood still"
        return [Nearness(float(each == question.encode()), 0.0) for each in kept]


def test_other_streams_go_on_while_a_question_is_compared() -> None:
    slow = SlowEmbedder()
    embedder = EmbedderOffTheLoop(slow)
    asked = gevent.spawn(embedder.compare, "tea", [b"tea", b"cup"])
    gevent.spawn(slow.loop_has_turned.set)
    assert asked.get(timeout=30) == [Nearness(1.0, 0.0), Nearness(0.0, 0.0)]
    assert embedder.embed(Passage(1, "a", "", "", "", "tea")) == b"tea"
