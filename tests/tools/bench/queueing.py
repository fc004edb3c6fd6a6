"""What the queue of staff costs with 100,000 items in five sites, on both databases: a page, a filter, the next item.

There is no bare part: each row is set against the room that it has.
"""

from __future__ import annotations

import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, text

from backend.domain.harm import harm_of, rank_of
from backend.domain.items import Reason, Wanted, Weight
from backend.domain.site import Site, SiteSettings
from backend.store import Store, migrate, tables
from backend.store.sealing import SiteSeal
from backend.store.site_keys import SiteKeys
from tests.servers import has_postgresql, postgres_server
from tests.tools.bench.crowd import p
from tests.tools.bench.searches import DATABASES, new_database
from tests.tools.bench.table import Row

KEY = b"k" * 32
ITEMS = 100_000
SITES = 5
IN_THE_LARGEST = 0.6
IN_A_GROUP = 3
TIMES = 200
AT_ONCE = 2_000
ROOM_MS = 50.0  # of all but the slowest in twenty
REASONS: Sequence[Reason] = ("low_confidence", "unsupported_number", "thumbs_down", "sample", "truncated")
ASKED = {
    "page": "first page",
    "further": "a page behind a cursor",
    "reason": "filtered by a reason",
    "next": "next item, taken",
    "counts": "counts",
}
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
Measurements = Mapping[str, Mapping[str, Sequence[float]]]  # milliseconds, by database and what is asked


@dataclass(frozen=True)
class Filled:
    store: Store
    site: Site


def measure_queueing(folder: Path, items: int = ITEMS, times: int = TIMES) -> Measurements:
    """Fill both databases and ask each; what breaks is said and left out."""
    measured: dict[str, Mapping[str, Sequence[float]]] = {}
    print(f"measuring: a queue of {items:,} items", file=sys.stderr, flush=True)
    with ExitStack() as ending:
        urls = {"sqlite": f"sqlite:///{folder}/queue.db"}
        if has_postgresql():
            urls["postgresql"] = new_database(ending.enter_context(postgres_server()), "bench_queue")
        for name, url in urls.items():
            try:
                filled = fill_queue(url, items)
                measured[name] = dict(ask_queue(filled, times))
                filled.store.close()
            except Exception:  # noqa: BLE001 - whatever broke, the other rows still say something
                traceback.print_exc()
    return measured


def ask_queue(filled: Filled, times: int) -> Iterator[tuple[str, Sequence[float]]]:
    """Yield how many milliseconds each thing took that is asked of a queue."""
    books, site = filled.store.items, filled.site
    cursors: list[str | None] = [None]
    while len(cursors) < 20 and (cursor := books.queue(site, Wanted(), cursors[-1], 200)[1]):
        cursors.append(cursor)
    rows = [row.item for row in books.queue(site, Wanted(), None, 200)[0]]
    draw = random.Random(7)
    until = datetime.now(UTC) + timedelta(minutes=2)
    asked: Mapping[str, Callable[[], object]] = {
        "page": lambda: books.queue(site, Wanted(leads=True), None, 50),
        "further": lambda: books.queue(site, Wanted(), draw.choice(cursors), 50),
        "reason": lambda: books.queue(site, Wanted(reason=draw.choice(REASONS)), None, 50),
        "next": lambda: (books.lock(item := draw.choice(rows), 1, until), books.item(item.id)),
        "counts": lambda: books.counts(site, 1, 1_000),
    }
    for name, ask in asked.items():
        ask()  # statements and pages that were never read are read once
        yield name, [_took_ms(ask) for _ in range(times)]


def fill_queue(url: str, items: int) -> Filled:
    """Make sites with so many open items, most of them in the first one, and return it."""
    migrate(url)
    store = Store.open(url, KEY)
    sites = [store.sites.create(SiteSettings(f"Shop {n}", ("https://shop.example",))) for n in range(SITES)]
    engine = create_engine(url)
    with engine.begin() as connection:
        keys = SiteKeys(KEY)
        seals = [SiteSeal(site.id, keys.cipher(connection, site.id)) for site in sites]
        for site in sites:
            _insert(connection, "visitor", [{"site_id": site.id, "id": "v", "created_at": BEGAN}])
            of_visitor = {"id": f"c{site.id}", "site_id": site.id, "visitor_id": "v", "created_at": BEGAN}
            _insert(connection, "conversation", [of_visitor])
        draw = random.Random(11)
        for begin in range(0, items, AT_ONCE):
            numbers = range(begin + 1, min(items, begin + AT_ONCE) + 1)
            chosen = [0 if draw.random() < IN_THE_LARGEST else draw.randrange(1, SITES) for _ in numbers]
            _insert(connection, "turn", [turn_row(n, seals[at]) for n, at in zip(numbers, chosen, strict=True)])
            rows = [item_row(n, sites[at].id, draw) for n, at in zip(numbers, chosen, strict=True)]
            _insert(connection, "item", rows)
            _insert(connection, "item_reason", [reason for row in rows for reason in reason_rows(row, draw)])
    engine.dispose()
    if not url.startswith("sqlite"):  # what the server does by itself, some minutes later
        with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return Filled(store, sites[0])


def turn_row(number: int, seal: SiteSeal) -> dict[str, object]:
    turn = f"turn-{number}"
    question = f"Is thing {number} covered for life, and is shipping to Norway free?"
    return {
        "id": turn,
        "site_id": seal.site_id,
        "visitor_id": "v",
        "conversation_id": f"c{seal.site_id}",
        "fingerprint": "",
        "was_anonymous": True,
        "status": "done",
        "question_sealed": seal.seal(question, "turn", turn, "question_sealed"),
        "page_sealed": b"",
        "locale": "en",
        "version": 1,
        "model": "m",
        "because": "b",
        "passages": [],
        "found_confidence": 0.5,
        "stop_reason": "end_turn",
        "is_valid": True,
        "is_flagged": True,
        "request_id": "",
        "sources": [],
        "notices": [],
        "timings": {},
        "error": "",
        "created_at": BEGAN,
    }


def item_row(number: int, site_id: int, draw: random.Random) -> dict[str, Any]:
    weight = Weight(round(draw.random(), 4), float(draw.choice((1, 2, 3, 4))), 0.9)
    at = BEGAN + timedelta(minutes=number / 4)
    return {
        "id": number,
        "site_id": site_id,
        "turn_id": f"turn-{number}",
        "state": "open",
        "rank": rank_of(harm_of(weight, IN_A_GROUP), at),
        "calibrated": weight.calibrated,
        "stake": weight.stake,
        "propensity": weight.propensity,
        "subject": "",
        "page": f"page-{number % 500}",
        "group_id": number - (number - 1) % IN_A_GROUP,
        "is_lead": number % IN_A_GROUP == 1,
        "asked": IN_A_GROUP,
        "lock_number": 0,
        "created_at": at,
    }


def reason_rows(row: Mapping[str, Any], draw: random.Random) -> Iterator[dict[str, object]]:
    for reason in draw.sample(REASONS, draw.randint(1, 3)):
        known = {name: row[name] for name in ("site_id", "state", "rank", "created_at")}
        yield {**known, "item_id": row["id"], "reason": reason}


def rows_of_queueing(measured: Measurements) -> list[Row]:
    return [
        _row(f"queue_{asked}_{name}", f"{called}, {title}", measured.get(name, {}).get(asked))
        for asked, called in ASKED.items()
        for name, title in DATABASES.items()
    ]


def _row(key: str, title: str, took: Sequence[float] | None) -> Row:
    slow = None if took is None else p(took, 0.95)
    cells = {} if slow is None else {"ours": slow}
    return Row(key, f"Queue: {title}, p95", cells, 2, None if slow is None else slow / ROOM_MS, f"{ROOM_MS:g}ms")


def _insert(connection: Connection, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    connection.execute(tables.metadata.tables[table].insert(), list(rows))


def _took_ms(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000
