"""What each page of the console costs at a site of 100,000 documents and 1,000,000 turns, on both databases.

Each page is set against a bare one of the same run: the list of keys, which only asks who is there. The slower database
counts. A page that asks the database too often is said in a row of its own.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from backend.app import House
from backend.console import ConsoleParts, open_console
from backend.domain.accounts import Roles
from backend.domain.items import Wanted
from backend.domain.site import Site
from backend.services.begin_session import begin_session
from tests.console.staff import COOKIE, HERE
from tests.servers import ROOT, has_postgresql, postgres_server
from tests.tools.bench.full_site import DOCUMENTS, TURNS, fill_site
from tests.tools.bench.searches import DATABASES, new_database
from tests.tools.bench.table import Row

BARE = "keys"
TIMES = 7
MOST_QUERIES = 12
PAGES: Mapping[str, str] = {
    "start": "start",
    "persona": "persona",
    "knowledge": "knowledge",
    "further": "knowledge?before=50000",
    "document": "knowledge/document?id=page/7.md",
    "synonyms": "synonyms",
    "gaps": "gaps",
    "playground": "playground",
    "cases": "cases",
    "versions": "versions",
    "publish": "publish",
    "numbers": "numbers",
    "year": "numbers?from=2026-01-01&to=2026-11-29",
    "calibration": "calibration",
    "queue": "queue",
    "item": "queue/{item}",
    "done": "queue?state=done",
    "live": "live",
    "audit": "audit",
    "webhooks": "webhooks",
}
ASKS = ("SELECT", "WITH", "UPDATE", "INSERT")


@dataclass(frozen=True, slots=True)
class PageCost:
    ms: float
    queries: int


Measurements = Mapping[str, Mapping[str, PageCost]]  # by database and page, the bare one among them


def measure_paging(folder: Path, documents: int = DOCUMENTS, turns: int = TURNS) -> Measurements:
    """Fill both databases and ask each for every page; what breaks is said and left out."""
    measured: dict[str, Mapping[str, PageCost]] = {}
    with ExitStack() as ending:
        urls = {"sqlite": f"sqlite:///{folder}/full.db"}
        if has_postgresql():
            urls["postgresql"] = new_database(ending.enter_context(postgres_server()), "bench_full")
        for name, url in urls.items():
            print(f"measuring: pages over {turns:,} turns, {name}", file=sys.stderr, flush=True)
            try:
                (folder / name).mkdir()
                house, site = fill_site(url, folder / name, documents, turns)
                measured[name] = ask_pages(house, site)
                house.close()
            except Exception:  # noqa: BLE001 - whatever broke, the other rows still say something
                traceback.print_exc()
    return measured


def ask_pages(house: House, site: Site, times: int = TIMES) -> dict[str, PageCost]:
    """Return what each page costs an owner who looks at it again and again."""
    person = house.people.add("owner@shop.example", "", Roles("owner"))
    assert person is not None
    app = Flask("console")
    open_console(app, ConsoleParts(house, b"a secret", "http://localhost", (), ROOT / "widget" / "dist" / "widget.js"))
    client = app.test_client()
    client.set_cookie(COOKIE, begin_session(person, HERE, house).token)
    item = next(row.item.id for row in house.items.queue(site, Wanted(), None, 1)[0])
    paths = {BARE: "/console/keys", **{name: f"/console/{site.key}/{path}" for name, path in PAGES.items()}}
    return {name: cost_of_page(client, path.replace("{item}", str(item)), times) for name, path in paths.items()}


def cost_of_page(client: FlaskClient, path: str, times: int) -> PageCost:
    """Return the middle of some visits, and the fewest questions that one of them asked the database."""
    took, counts = [], []
    for _ in range(times + 1):
        with counting() as asked:
            began = time.perf_counter()
            answer = client.get(path)
            took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (path, answer.status)
        counts.append(sum(said.lstrip().upper().startswith(ASKS) for said in asked))
    return PageCost(median(took[1:]), min(counts))


@contextmanager
def counting() -> Iterator[list[str]]:
    """Hear everything that any database is asked until the block ends."""
    asked: list[str] = []

    def hear(_connection: object, _cursor: object, said: str, *_: object) -> None:
        asked.append(said)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def rows_of_paging(measured: Measurements) -> list[Row]:
    return [*(_row(name, list(measured.values())) for name in PAGES), _queries_row(measured)]


def _row(name: str, databases: Sequence[Mapping[str, PageCost]]) -> Row:
    """Return a page's row: the database on which it is slower, beside the bare page there."""
    both = [(each[name].ms, each[BARE].ms) for each in databases if name in each and BARE in each]
    slower, bare = max(both, key=lambda each: each[0] / each[1], default=(0.0, 0.0))
    cells = {"bare": bare, "ours": slower} if len(both) == len(DATABASES) else {}
    return Row(f"page_{name}", f"Page: {name}, ms", cells, 1, slower / bare if cells else None, "bare")


def _queries_row(measured: Measurements) -> Row:
    counts = {name: cost.queries for pages in measured.values() for name, cost in pages.items()}
    most = max(counts, key=lambda name: counts[name], default="")
    cells = {"ours": float(counts[most])} if most else {}
    ratio = counts[most] / MOST_QUERIES if most else None
    return Row("page_queries", f"Page: most questions to the database ({most})", cells, 0, ratio, str(MOST_QUERIES))
