"""The corridor's parts as commands and jobs use them, without a server around."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from backend.app.asking import UnkeptTurn
from backend.domain.ports import Breaker
from backend.providers.breaker import MemoryBreaker
from backend.providers.call_rules import BreakerRules, read_call_rules
from backend.providers.embedded import EmbeddedAnswerer
from backend.providers.retry_budget import MemoryRetryBudget
from backend.settings import Settings
from backend.turn.answering import Answerers
from backend.turn.rooms import Rooms

if TYPE_CHECKING:
    from backend.app.parts import House


class SystemClock:
    """The real time; implements the port `Clock`."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


def open_rooms(house: House) -> Rooms:
    """Return a corridor that keeps nothing of what is asked."""
    kept = UnkeptTurn()
    return Rooms(
        checks=house.checks,
        knowledge=house.asked_library,
        find_model=house.model_finder,
        answerers=open_answerers(house, lambda _model, _state: None),
        book=kept,
        observer=kept,
        clock=SystemClock(),
        canary_of=house.canary_of,
        find_approved=house.find_approved,
        second_model=house.language_model,
    )


def open_answerers(house: House, breaker_changed: Callable[[str, str], None]) -> Answerers:
    """Return who can answer: the model, our own pages where it does not, and what keeps us from asking too often."""
    rules = read_call_rules()
    return Answerers(
        model=house.answerer,
        own_pages=None if house.model_finder is None else EmbeddedAnswerer(house.asked_library),
        breaker=open_breaker(house.settings, rules.breaker, breaker_changed),
        retry_budget=MemoryRetryBudget(rules.retry_budget, time.monotonic),
    )


def open_breaker(settings: Settings, rules: BreakerRules, changed: Callable[[str, str], None]) -> Breaker:
    """Return who leaves a failing model alone: each worker for itself, or all that share a Redis together."""
    if settings.redis_url is None:
        return MemoryBreaker(rules, time.monotonic, changed)
    from backend.providers.redis_breaker import RedisBreaker

    return RedisBreaker(settings.redis_url, settings.provider, rules, time.time, changed)
