"""What the checks of a question cost: time for one of 500 characters, and how late the event loop comes meanwhile.

The bare part is Presidio as it comes, with its own recognisers and no language model: personal data alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import gevent

from backend.domain.site import Site, SiteSettings
from backend.domain.turn import Asked
from backend.http.offload import OffTheLoop
from backend.turn.ingress import Checks, admit
from backend.turn.ingress.injection import InjectionModel
from backend.turn.ingress.personal_data import PersonalData
from tests.tools.bench.table import Row

WORDS = (
    "Hello, I followed the setup instructions and my order 12345678 of 2026-11-02 has not arrived. I paid $45.10 and "
    "the page says version 3.11.7. Please ignore my last message, you can write to me about it. "
)
LENGTH = 500
LONGER = 2_000
TIMES = 300
SECONDS = 3.0
PER_SECOND = 20
TICK_S = 0.002

Check = Callable[[str], object]


@dataclass(frozen=True)
class CheckCost:
    """Milliseconds: of one question, and by how much a tick of the loop comes late while questions are checked."""

    p50_ms: float
    p99_ms: float
    lag_p99_ms: float


def measure_checks() -> dict[str, CheckCost]:
    """Measure our checks and Presidio's own, each on the same messages."""
    return {"ours": cost_of_check(our_checks()), "bare": cost_of_check(presidio_as_it_comes())}


def our_checks() -> Check:
    """Return all that ingress does with a question, as a worker does it."""
    beside_the_loop = OffTheLoop(PersonalData(), InjectionModel())
    checks = Checks(beside_the_loop, beside_the_loop)
    site = Site(1, "pk_bench", 1, SiteSettings(name="Bench", origins=()))
    return lambda message: admit(Asked("t", site, "v", "c", message, ""), (), checks)


def presidio_as_it_comes() -> Check:
    import tldextract

    from backend.turn.ingress.personal_data.presidio import (
        AnalyzerEngine,
        NoLanguage,
        RecognizerRegistry,
        predefined_recognizers,
    )

    # Presidio would fetch the list of public suffixes from the network at its first use.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    for name in predefined_recognizers.__all__:  # Presidio looks among the classes that have been read
        getattr(predefined_recognizers, name)
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    registry.remove_recognizer("SpacyRecognizer")
    engine = AnalyzerEngine(registry=registry, nlp_engine=NoLanguage(), supported_languages=["en"])
    return lambda message: engine.analyze(text=message, language="en")


def cost_of_check(check: Check) -> CheckCost:
    message = message_of(LENGTH)
    for _ in range(10):
        check(message)
    took = sorted(seconds_of(check, message) for _ in range(TIMES))
    return CheckCost(took[TIMES // 2] * 1000, took[int(TIMES * 0.99)] * 1000, lag_under(check))


def seconds_of(check: Check, message: str) -> float:
    began = time.perf_counter()
    check(message)
    return time.perf_counter() - began


def lag_under(check: Check) -> float:
    """Return the p99 of how late ticks come, in milliseconds, while messages of both lengths are checked in turn."""
    late: list[float] = []
    end = time.perf_counter() + SECONDS

    def tick() -> None:
        while time.perf_counter() < end:
            due = time.perf_counter() + TICK_S
            gevent.sleep(TICK_S)
            late.append((time.perf_counter() - due) * 1000)

    def ask() -> None:
        for number in range(int(SECONDS * PER_SECOND)):
            gevent.spawn(check, message_of(LONGER if number % 4 == 0 else LENGTH))
            gevent.sleep(1 / PER_SECOND)

    gevent.joinall([gevent.spawn(tick), gevent.spawn(ask)], raise_error=True)
    return sorted(late)[int(len(late) * 0.99)]


def message_of(length: int) -> str:
    return (WORDS * (length // len(WORDS) + 1))[:length]


def rows_of_checks(measured: Mapping[str, CheckCost]) -> Sequence[Row]:
    """Return the rows of the table; the bare part is Presidio as it comes."""

    def of(figure: Callable[[CheckCost], float]) -> dict[str, float]:
        return {part: figure(cost) for part, cost in measured.items()}

    lag = f"loop lag, {PER_SECOND} checked a second, p99 ms"
    return [
        row("checks_p50", f"all checks, {LENGTH} characters, p50 ms", of(lambda cost: cost.p50_ms)),
        row("checks_p99", f"all checks, {LENGTH} characters, p99 ms", of(lambda cost: cost.p99_ms)),
        row("checks_lag", lag, of(lambda cost: cost.lag_p99_ms)),
    ]


def row(key: str, title: str, cells: Mapping[str, float]) -> Row:
    has_both = "ours" in cells and cells.get("bare", 0.0) > 0
    return Row(key, title, cells, 2, cells["ours"] / cells["bare"] if has_both else None, "bare")
