"""The WSGI app of one worker, with the real parts behind its doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from flask import Flask

from backend.app.asking import AloneAsker
from backend.app.drafts import SitesAndDrafts
from backend.app.frames import open_frame_store
from backend.app.parts import House
from backend.app.rooms import SystemClock, open_answerers
from backend.console import ConsoleParts, open_api, open_console
from backend.domain import small_talk
from backend.domain.conversation import StoredTurn
from backend.domain.errors import SettingsError
from backend.domain.ports import TurnLog
from backend.domain.timeline import Seen, record
from backend.http.fair_gate import FairGate
from backend.http.limits import LiveStreams
from backend.http.live_streams import SharedLiveStreams
from backend.http.offload import EmbedderOffTheLoop, OffTheLoop, OneAtATime, SearchesInTurns
from backend.http.password_pool import PasswordsOffTheLoop
from backend.http.rests import Rests
from backend.providers.watched import WatchedAnswerer
from backend.services.lay_out_again import keep_prompt
from backend.services.tell_of_turn import TellingObserver
from backend.settings import Settings
from backend.store import Store
from backend.telemetry.gunicorn_logs import hear_libraries
from backend.telemetry.logs import set_up_logs
from backend.telemetry.turns import TurnTelemetry
from backend.turn.egress import judge
from backend.turn.ingress import Checks
from backend.turn.rooms import Rooms
from backend.web.app import create_app as open_doors
from backend.web.drain import Drain
from backend.web.origins import Origins
from backend.web.parts import Parts
from backend.web.proofs import Proofs
from backend.web.sightings import Sightings
from backend.web.visitors import VisitorTokens
from backend.wire.producer import Producer
from backend.wire.turn_log import SharedTurnLog

BUSY_FROM = 10  # answers that are being written: then others wait while a question is prepared
WIDGET_FILE = Path(__file__).parents[2] / "widget" / "dist" / "widget.js"


def create_app(settings: Settings) -> Flask:
    """Return the WSGI app of one worker; call it in the worker, after gevent has patched the sockets."""
    set_up_logs(settings.log_level)
    hear_libraries()
    if not WIDGET_FILE.is_file():
        raise SettingsError(f"{WIDGET_FILE} is missing: it is part of the project; check the file out again.")
    rest = Rests()
    house = House(settings, EmbedderOffTheLoop, PasswordsOffTheLoop, rest=rest)
    telemetry = TurnTelemetry(settings.metrics_dir)
    turn_log = SharedTurnLog(open_frame_store(settings), partial(end_left, house.store))
    turn_log.open()
    house.stop_turn = turn_log.ask_to_stop
    answerers = open_answerers(house, telemetry.breaker_changed)
    watched = WatchedAnswerer(answerers.model, telemetry.provider_refuses)
    beside_the_loop = OffTheLoop(house.checks.personal_data, house.checks.injection)
    sites = SitesAndDrafts(house.sites, house.drafts)
    producer = Producer(turn_log, partial(keep_seen, house), partial(keep_told, house), rest=rest.alone)

    def is_busy() -> bool:
        return producer.running() >= BUSY_FROM

    rooms = Rooms(
        checks=Checks(beside_the_loop, beside_the_loop),
        knowledge=SearchesInTurns(house.asked_library, is_busy, rest.alone),
        find_model=house.model_finder,
        answerers=replace(answerers, model=watched),
        book=house.store.book,
        observer=TellingObserver(telemetry, house),
        clock=SystemClock(),
        canary_of=house.canary_of,
        judge=OneAtATime(judge, lambda: rest.alone() if is_busy() else None),
        find_approved=house.find_approved,
        second_model=house.language_model,
    )
    house.asker = AloneAsker(rooms)  # in a worker a question that is tried shares what visitors' questions use
    small_talk.phrases()  # read now: the first who ends would keep all others waiting for it
    app = open_doors(
        Parts(
            sites=sites,
            identities=house.store.identities,
            book=house.store.book,
            log=turn_log,
            producer=producer,
            rooms=rooms,
            house=house,
            visitors=VisitorTokens(settings.secret_key),
            origins=Origins(settings.public_url, settings.port),
            gate=FairGate(),
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
            notes=lambda: [watched.trouble] if watched.trouble else [],
            reported=telemetry.widget_reported,
            sightings=Sightings(house.sightings),
            refused=telemetry.refused,
            widget_file=WIDGET_FILE,
            demo_dir=settings.examples_dir if settings.shows_demo else None,
        )
    )
    open_console(
        app,
        ConsoleParts(
            house=house,
            secret=settings.secret_key.encode(),
            public_url=settings.public_url,
            trusted_proxies=settings.trusted_proxies,
            widget_file=WIDGET_FILE,
        ),
    )
    open_api(app)
    app.extensions["deskbell_house"] = house
    return app


def end_left(store: Store, turn: str) -> StoredTurn | None:
    """End a turn in the book that a dead process left, unless it has its end; None where there is no such turn."""
    owner = store.book.owner(turn)
    if owner is None:
        return None
    store.book.end_interrupted([turn])
    site = store.sites.with_id(owner.site_id)
    return store.book.turn(site, turn) if site else None


def keep_seen(house: House, turn: str, seen: Sequence[Seen]) -> None:
    """Keep what a visitor was sent of a turn, for staff."""
    house.evidence.keep(turn, record(seen))


def keep_told(house: House, turn: str, _seen: Sequence[Seen]) -> None:
    """Keep what a turn's model was told, for staff."""
    keep_prompt(turn, house)


def problems_of(store: Store, turn_log: TurnLog) -> list[str]:
    """Return what keeps us from being ready, a line for each."""
    return [problem for problem in (store.problem(), turn_log.problem()) if problem]
