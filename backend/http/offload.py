"""Work that would hold up the event loop, done beside it in gevent's threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import gevent

from backend.domain.findings import Finding, Suspicion
from backend.domain.indexed import Nearness
from backend.domain.knowledge import Passage
from backend.domain.ports import Embedder, InjectionDetector, PersonalDataFinder

SHORT = 500  # characters: below it the change of thread costs more than the work
Result = TypeVar("Result")


class OffTheLoop:
    """The checks of a question, whose longer texts do not stall other visitors' streams.

    A message of 4,000 characters takes them tens of milliseconds. In a thread they still share the interpreter with
    the loop, which gets it back every 5 ms; short ones are done in less than that where they stand.
    """

    def __init__(self, finder: PersonalDataFinder, detector: InjectionDetector) -> None:
        self._finder = finder
        self._detector = detector

    def find(self, text: str) -> Sequence[Finding]:
        return self._beside(self._finder.find, text)

    def detect(self, text: str) -> Suspicion:
        return self._beside(self._detector.detect, text)

    def _beside(self, check: Callable[[str], Result], text: str) -> Result:
        if len(text) <= SHORT:
            return check(text)
        result: Result = gevent.get_hub().threadpool.apply(check, (text,))
        return result


class EmbedderOffTheLoop:
    """An embedder whose questions do not stall other visitors' streams: numpy lets go of the interpreter meanwhile."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed(self, passage: Passage) -> bytes:
        result: bytes = gevent.get_hub().threadpool.apply(self._embedder.embed, (passage,))
        return result

    def compare(self, question: str, kept: Sequence[bytes]) -> Sequence[Nearness]:
        result: Sequence[Nearness] = gevent.get_hub().threadpool.apply(self._embedder.compare, (question, kept))
        return result
