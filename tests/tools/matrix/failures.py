"""Failure × offset: a model that breaks in every way at every point, read at another worker through the real log.

Each turn walks the real corridor, with a breaker and a retry budget of its own so that none feels what another met,
into a turn log on the real frame store; it is read from a second log there, as a visitor at another worker reads it.
Each request of a turn is answered with another text, so that a splice of two attempts would show.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from gevent.pool import Pool

from backend.domain.conversation import StoredTurn
from backend.domain.site import Site
from backend.domain.turn import Asked
from backend.knowledge.index.stock import restock
from backend.knowledge.intake.folder import read_knowledge
from backend.sites.reading import read_site
from backend.store import Store, migrate
from backend.store.encryption import Cipher, Place
from backend.turn.ingress.personal_data import PersonalData
from backend.turn.run import run_turn
from backend.wire.frame_store import FrameStore
from backend.wire.producer import Producer
from backend.wire.reader import follow
from backend.wire.redis_frame_store import RedisFrameStore
from backend.wire.sqlite_frame_store import SqliteFrameStore
from backend.wire.turn_log import SharedTurnLog
from tests.failures.models.corridor import LIMITS, Corridor
from tests.model_server import FAILURES
from tests.servers import ModelServer, redis_server
from tests.tools.matrix.answers import dice_of, mark_of
from tests.tools.matrix.figures import Cell, Count, Figure, few
from tests.tools.matrix.houses import LARKMOOR, REDIS
from tests.tools.matrix.visits import Event, events_of

LETTERS = "ABCDEF"
WORDS, CHUNK, PACE_MS = 16, 5, 12
SILENT = ("stall", "pings")
SILENCE_S = 0.5  # while silence is what is tested; else a busy machine must not look like a dead model
AT_ONCE = 12
FIRST_MARK = 120_000
ENDS: Mapping[str, str] = {
    "whole": "the whole answer, as if nothing had been",
    "restarted": "the whole answer; what was shown of the first attempt was taken away, announced by `restarted`",
    "degraded": "the site's own pages answer, announced by `degraded`",
    "part": "what was shown stays, and an honest `error` says that it is only a part",
    "error": "nothing was shown, and an honest `error` says so",
    "FALSE DONE": "a cut text that is called done",
    "SPLICED": "a text made of two attempts",
    "NO END": "no terminal event, or more than one",
}
BAD_ENDS = ("FALSE DONE", "SPLICED", "NO END")


def message_of(letter: str) -> str:
    return " ".join(f"{letter}{number:03}" for number in range(WORDS))


def text_of(letter: str) -> str:
    return json.dumps({"message": message_of(letter), "confidence": 0.9, "followups": ["And then?"]})


DELTAS = -(-len(text_of("A")) // CHUNK)
OFFSETS: Mapping[str, int] = {
    "first": 0,
    **{str(number): number for number in range(1, 21)},
    "last": DELTAS - 1,
    "end": -1,
}


def measure_failures(
    log: str, folder: Path, model: ModelServer, seed: int, share: float = 1.0
) -> tuple[Figure, list[Cell]]:
    """Play every failure at every offset (or a seeded share of them), once and always; return the figure and cells."""
    dice = dice_of(seed, "failures", log)
    wanted = [(kind, offset) for kind in FAILURES for offset in OFFSETS if dice.random() < share]
    marks = [mark_of(FIRST_MARK + number) for number in range(2 * len(wanted))]
    plan = [(*cell, failing) for cell in wanted for failing in (1, len(LETTERS))]
    model.play(
        *(script for mark, each in zip(marks, plan, strict=True) for script in scripts_of(mark, *each)),
    )
    with corridors_on(log, folder, model) as ask:
        ends = Pool(AT_ONCE).map(lambda at: ask(plan[at][0], marks[at]), range(len(plan)))
    cells = [Cell(kind, offset, log, tuple(ends[2 * at : 2 * at + 2])) for at, (kind, offset) in enumerate(wanted)]
    counts = [Count(f"turns that end in: {end}", ends.count(end), wanted=0) for end in BAD_ENDS]
    proper = sum(1 for end in ends if end not in BAD_ENDS)
    figure = Figure(
        f"a model that breaks in {len(FAILURES)} ways at {len(OFFSETS)} offsets, once and always",
        log,
        (*counts, Count("turns that end in `done` or an honest `error`", proper, wanted=len(ends))),
        few(
            [f"{kind} at {offset}: {end}" for (kind, offset, _), end in zip(plan, ends, strict=True) if end in BAD_ENDS]
        ),
    )
    return figure, cells


def scripts_of(mark: str, kind: str, offset: str, failing: int) -> list[dict[str, Any]]:
    """Return a script for each request that a turn may make, of which the first `failing` break."""
    fail = {"fail": {"at": OFFSETS[offset], "kind": kind}}
    each = {"match": mark, "chunk": CHUNK, "pace_ms": PACE_MS, "times": 1}
    return [
        {**each, "text": text_of(letter), **(fail if number < failing else {})} for number, letter in enumerate(LETTERS)
    ]


@contextlib.contextmanager
def corridors_on(log: str, folder: Path, model: ModelServer) -> Iterator[Any]:
    """Give a function that asks as a new visitor, (failure's kind, mark) to the way in which the turn ended."""
    with contextlib.ExitStack() as running:
        url = f"sqlite:///{folder}/corridors.sqlite3"
        migrate(url)
        store = Store.open(url, bytes(range(32)))
        running.callback(store.close)
        site = store.sites.create(read_site(LARKMOOR).settings)
        restock(store.passages, site.id, read_knowledge(LARKMOOR / "kb").documents, "en")
        address = running.enter_context(redis_server(folder)).url if log == REDIS else ""
        writer, reader = (
            SharedTurnLog(frame_store_on(folder, address), partial(end_left, store, site)) for _ in range(2)
        )
        for each in (writer, reader):
            each.open()
            running.callback(each.close)
        producer, finder = Producer(writer), PersonalData()

        def ask(kind: str, mark: str) -> str:
            limits = replace(LIMITS, first_text_s=SILENCE_S, idle_s=SILENCE_S) if kind in SILENT else LIMITS
            corridor = Corridor(store, site, finder, model.url, limits=limits)
            turn = str(uuid.uuid4())
            asked = Asked(turn, site, f"v_{turn}", f"c_{turn}", f"Why may I return a tent to {mark}?", "127.0.0.1")
            assert writer.claim(turn)
            producer.start(turn, run_turn(asked, corridor.rooms, writer.stop_of(turn)), corridor.close)
            writer.wait(turn, 0, 10)
            events = list(events_of(follow(reader, turn, 0)))
            return end_of(events, store.book.turn(site, turn))

        yield ask


def frame_store_on(folder: Path, redis_url: str) -> FrameStore:
    cipher, place = Cipher(bytes(range(32))), Place("", "turn_log", "", "frame")
    seal, unseal = partial(cipher.seal, place=place), partial(cipher.open, place=place)
    if redis_url:
        return RedisFrameStore(redis_url, seal, unseal)
    return SqliteFrameStore(folder / "turn_log.sqlite3", seal, unseal)


def end_left(store: Store, site: Site, turn: str) -> StoredTurn | None:
    return store.book.turn(site, turn)


def end_of(events: list[Event], stored: StoredTurn | None) -> str:
    """Return the way in which a turn ended for its reader: one of ENDS."""
    ends = [event for event in events if event.name in ("done", "error")]
    if len(ends) != 1 or ends[0] is not events[-1] or [event.id for event in events] != list(range(1, len(events) + 1)):
        return "NO END"
    notices = [event.data["kind"] for event in events if event.name == "notice"]
    document = ""
    for event in events:
        if event.name == "delta":
            document += event.data["json"]
        elif event.name == "notice" and event.data["kind"] == "restarted":
            document = ""
        elif event.name == "replace":  # of a turn that another worker took over, from the book
            document = json.dumps(event.data["reply"])
    if ends[0].name == "error":
        return end_of_part(document, stored)
    message = json.loads(document)["message"]
    if not ends[0].data["valid"]:
        return "FALSE DONE"
    if stored is None or stored.reply is None or stored.reply.message != message:
        return "FALSE DONE"
    if "degraded" in notices:
        return "degraded" if not any(letter + "00" in message for letter in LETTERS) else "SPLICED"
    if message not in map(message_of, LETTERS):
        return "SPLICED" if len({word[0] for word in message.split()}) > 1 else "FALSE DONE"
    return "restarted" if "restarted" in notices else "whole"


def end_of_part(document: str, stored: StoredTurn | None) -> str:
    shown = json.loads(document + '"}')["message"] if document else ""
    kept = stored.reply.message if stored and stored.reply else ""
    if kept != shown or not any(message_of(letter).startswith(shown) for letter in LETTERS):
        return "SPLICED"
    return "part" if shown else "error"
