"""Work that would hold up the event loop, done beside it in gevent's threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Generic, ParamSpec, TypeVar

import gevent
from gevent.threadpool import ThreadPool

from backend.domain.findings import Finding, Suspicion
from backend.domain.indexed import Nearness
from backend.domain.knowledge import VISITOR, Audience, Found, Passage, Quote
from backend.domain.ports import Embedder, InjectionDetector, Library, PersonalDataFinder
from backend.domain.site import Site

SHORT = 500  # characters: below it the change of thread costs more than the work
LOOK_AT_SOCKETS_S = 0.0005
Result = TypeVar("Result")
Given = ParamSpec("Given")


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
    """An embedder whose questions do not stall other visitors' streams: the interpreter is let go meanwhile."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def name(self) -> str:
        return self._embedder.name

    def embed(self, passage: Passage) -> bytes:
        result: bytes = gevent.get_hub().threadpool.apply(self._embedder.embed, (passage,))
        return result

    def compare(self, question: str, kept: Sequence[bytes]) -> Sequence[Nearness]:
        result: Sequence[Nearness] = gevent.get_hub().threadpool.apply(self._embedder.compare, (question, kept))
        return result


class SearchesInTurns:
    """A library that, while many streams run, lets the loop look at its sockets before a search and after it: what a
    question needs before its first word is three pieces of some milliseconds then, and no stream waits for all three.
    """

    def __init__(
        self, library: Library, is_busy: Callable[[], bool], rest: Callable[[float], None] = gevent.sleep
    ) -> None:
        self._library = library
        self._is_busy = is_busy
        self._rest = rest

    def search(
        self, site: Site, question: str, *, most: int = 5, before: Sequence[str] = (), audience: Audience = VISITOR
    ) -> Found:
        self._let_others_go_on()
        found = self._library.search(site, question, most=most, before=before, audience=audience)
        self._let_others_go_on()
        return found

    def quote(self, site: Site, question: str, found: Found) -> Quote:
        return self._library.quote(site, question, found)

    def weigh(self, site: Site, question: str) -> Mapping[str, float]:
        return self._library.weigh(site, question)

    def hosts(self, site: Site) -> Sequence[str]:
        return self._library.hosts(site)

    def _let_others_go_on(self) -> None:
        if self._is_busy():
            self._rest(LOOK_AT_SOCKETS_S)  # after none at all the loop would go on with greenlets that are ready


class OneAtATime(Generic[Given, Result]):
    """Work that a thread of its own does, one piece after the other: however many are due at once, the loop shares the
    interpreter with one of them, and gets it back within a switch interval (`worker.py`). `rest` is called before each
    goes on with what came of it."""

    def __init__(self, work: Callable[Given, Result], rest: Callable[[], None] = lambda: None) -> None:
        self._work, self._rest = work, rest

    def __call__(self, *given: Given.args, **named: Given.kwargs) -> Result:
        result: Result = self._thread.apply(partial(self._work, *given, **named))
        self._rest()
        return result

    @cached_property
    def _thread(self) -> ThreadPool:
        """The thread, made where it is first needed: in the worker, whose loop it belongs to."""
        return ThreadPool(1)
