"""Picks the real parts and puts them together. Nothing else does."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from backend.domain.conversation import StoredTurn
from backend.domain.errors import SettingsError
from backend.domain.ports import (
    Answerer,
    Breaker,
    CrawlBook,
    Embedder,
    IdentityBook,
    Library,
    PageScreen,
    PassageBook,
    SiteBook,
    TurnBook,
    TurnLog,
)
from backend.domain.site import Models
from backend.domain.turn import Model
from backend.knowledge.search import KnowledgeLibrary
from backend.providers.breaker import MemoryBreaker
from backend.providers.embedded import EmbeddedAnswerer
from backend.providers.models import find_model, read_table
from backend.providers.patience import BreakerRules, read_patience
from backend.providers.retry_budget import MemoryRetryBudget
from backend.settings import Settings
from backend.store import NOT_MIGRATED, Store
from backend.store.encryption import Cipher, Place
from backend.wire.shelf import Shelf
from backend.wire.sqlite_shelf import SqliteShelf

if TYPE_CHECKING:
    from flask import Flask

    from backend.turn.answering import Answerers
    from backend.turn.ingress import Checks

WIDGET_FILE = Path(__file__).parents[1] / "widget" / "dist" / "widget.js"
TURN_LOG_PLACE = Place(site="", table="turn_log", row="", column="frame")


class SystemClock:
    """The real time; implements the port `Clock`."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass
class House:
    """The parts that commands and the web share; each is opened when it is first asked for."""

    settings: Settings
    beside_the_loop: Callable[[Embedder], Embedder] | None = None  # where an event loop must not wait for it

    @cached_property
    def store(self) -> Store:
        return Store.open(self.settings.database_url, self.settings.data_key)

    @property
    def sites(self) -> SiteBook:
        return self.store.sites

    @property
    def identities(self) -> IdentityBook:
        return self.store.identities

    @property
    def passages(self) -> PassageBook:
        return self.store.passages

    @property
    def crawls(self) -> CrawlBook:
        return self.store.crawls

    @property
    def book(self) -> TurnBook:
        return self.store.book

    @cached_property
    def embedder(self) -> Embedder | None:
        """Who compares texts by meaning, where that is wanted; raises SettingsError where it cannot be had."""
        if not self.settings.uses_embeddings:
            return None
        from backend.knowledge.index.embeddings import open_mini_lm  # most need no numpy

        model = open_mini_lm()
        return model if self.beside_the_loop is None else self.beside_the_loop(model)

    @cached_property
    def knowledge(self) -> Library:
        return KnowledgeLibrary(self.store.passages, self.embedder)

    @cached_property
    def answerer(self) -> Answerer:
        """Who answers: the embedded answerer, or Claude by the provider of the settings."""
        if self.settings.provider == "embedded":
            return EmbeddedAnswerer(self.knowledge)
        from backend.providers.claude import ClaudeAnswerer, connect  # its import costs a second

        client = connect(
            self.settings.provider,
            api_key=self.settings.anthropic_api_key,
            base_url=self.settings.anthropic_base_url,
        )
        claude: Answerer = ClaudeAnswerer(client, self.settings.provider)
        return claude

    @cached_property
    def checks(self) -> Checks:
        """Who looks at a question before it is let in; a detector from elsewhere is added here (`Together`)."""
        from backend.turn.ingress import Checks
        from backend.turn.ingress.injection import InjectionModel
        from backend.turn.ingress.personal_data import PersonalData  # its import costs a second

        return Checks(PersonalData(), InjectionModel())

    @property
    def page_screen(self) -> PageScreen:
        """Who looks at a page as it is taken in."""
        from backend.turn.ingress.injection import hidden_orders

        return hidden_orders

    @cached_property
    def model_finder(self) -> Callable[[str, Models], Model] | None:
        """What looks a model up; None where no language model is configured."""
        if self.settings.provider == "embedded":
            return None
        table = read_table()
        return lambda model_id, chosen: find_model(model_id, table, chosen)

    def check_tables(self) -> None:
        """Raise SettingsError where the store is open and its tables are not those of this version."""
        if "store" in self.__dict__ and self.store.problem() == NOT_MIGRATED:
            raise SettingsError("the database is not up to date: run `python -m backend migrate`")

    def canary_of(self, site_id: int) -> str:
        return canary_of(self.settings.secret_key, site_id)

    def close(self) -> None:
        if "store" in self.__dict__:
            self.store.close()


def canary_of(secret: str, site_id: int) -> str:
    """Return the mark that stands in a site's system prompt and nowhere else: the same for every turn."""
    return "dk-" + hmac.new(secret.encode(), f"canary:{site_id}".encode(), hashlib.sha256).hexdigest()[:20]


def turn_log_cipher(data_key: bytes) -> Cipher:
    return Cipher(hmac.new(data_key, b"turn log", hashlib.sha256).digest())


def open_answerers(house: House, breaker_changed: Callable[[str, str], None]) -> Answerers:
    """Return who can answer: the model, our own pages where it does not, and what keeps us from asking too often."""
    from backend.turn.answering import Answerers

    patience = read_patience()
    return Answerers(
        model=house.answerer,
        own_pages=None if house.model_finder is None else EmbeddedAnswerer(house.knowledge),
        breaker=open_breaker(house.settings, patience.breaker, breaker_changed),
        retry_budget=MemoryRetryBudget(patience.retry_budget, time.monotonic),
    )


def open_breaker(settings: Settings, rules: BreakerRules, changed: Callable[[str, str], None]) -> Breaker:
    """Return who leaves a failing model alone: each worker for itself, or all that share a Redis together."""
    if settings.redis_url is None:
        return MemoryBreaker(rules, time.monotonic, changed)
    from backend.providers.redis_breaker import RedisBreaker

    return RedisBreaker(settings.redis_url, settings.provider, rules, time.time, changed)


def open_shelf(settings: Settings) -> Shelf:
    """Return where running turns are kept for other workers and for the next start."""
    cipher = turn_log_cipher(settings.data_key)
    seal, unseal = partial(cipher.seal, place=TURN_LOG_PLACE), partial(cipher.open, place=TURN_LOG_PLACE)
    if settings.redis_url is None:
        return SqliteShelf(settings.data_dir / "turn_log.sqlite3", seal, unseal)
    from backend.wire.redis_shelf import RedisShelf  # one worker needs no Redis

    return RedisShelf(settings.redis_url, seal, unseal)


def end_left(store: Store, turn: str) -> StoredTurn | None:
    """End a turn in the book that a dead process left, unless it has its end; None where there is no such turn."""
    owner = store.book.owner(turn)
    if owner is None:
        return None
    store.book.end_interrupted([turn])
    site = store.sites.with_id(owner.site_id)
    return store.book.turn(site, turn) if site else None


def problems_of(store: Store, turn_log: TurnLog) -> list[str]:
    """Return what keeps us from being ready, a line for each."""
    return [problem for problem in (store.problem(), turn_log.problem()) if problem]


def create_app(settings: Settings) -> Flask:
    """Return the WSGI app of one worker; call it in the worker, after gevent has patched the sockets."""
    from backend.http.limits import LiveStreams
    from backend.http.live_streams import SharedLiveStreams
    from backend.http.offload import EmbedderOffTheLoop, OffTheLoop
    from backend.telemetry.logs import set_up_logs
    from backend.telemetry.turns import TurnTelemetry
    from backend.turn.ingress import Checks
    from backend.turn.run import Rooms
    from backend.web.app import create_app as open_doors
    from backend.web.drain import Drain
    from backend.web.origins import Origins
    from backend.web.parts import Parts
    from backend.web.proofs import Proofs
    from backend.web.visitors import VisitorTokens
    from backend.wire.producer import Producer
    from backend.wire.turn_log import SharedTurnLog

    set_up_logs(settings.log_level)
    if not WIDGET_FILE.is_file():
        raise SettingsError(f"{WIDGET_FILE} is missing: it is part of the project; check the file out again.")
    house = House(settings, beside_the_loop=EmbedderOffTheLoop)
    telemetry = TurnTelemetry(settings.metrics_dir)
    turn_log = SharedTurnLog(open_shelf(settings), partial(end_left, house.store))
    turn_log.open()
    beside_the_loop = OffTheLoop(house.checks.personal_data, house.checks.injection)
    rooms = Rooms(
        checks=Checks(beside_the_loop, beside_the_loop),
        knowledge=house.knowledge,
        find_model=house.model_finder,
        answerers=open_answerers(house, telemetry.breaker_changed),
        book=house.store.book,
        observer=telemetry,
        clock=SystemClock(),
        canary_of=house.canary_of,
    )
    return open_doors(
        Parts(
            sites=house.store.sites,
            identities=house.store.identities,
            book=house.store.book,
            log=turn_log,
            producer=Producer(turn_log),
            rooms=rooms,
            visitors=VisitorTokens(settings.secret_key),
            origins=Origins(settings.public_url, settings.port),
            live=LiveStreams(
                settings.max_streams, SharedLiveStreams(settings.redis_url) if settings.redis_url else None
            ),
            proofs=Proofs(settings.secret_key, settings.redis_url),
            redis_url=settings.redis_url,
            workers=settings.workers,
            drain=Drain(settings.drain_notice_s),
            trusted_proxies=settings.trusted_proxies,
            problems=partial(problems_of, house.store, turn_log),
            metrics=telemetry.exposition,
            reported=telemetry.widget_reported,
            widget_file=WIDGET_FILE,
            demo_dir=settings.examples_dir if settings.shows_demo else None,
        )
    )
