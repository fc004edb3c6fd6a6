"""What a search costs in a small and in a large site, on both databases, and what the site takes up.

There is no bare part: each row is set against the room that it has.
"""

from __future__ import annotations

import json
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from backend.domain.site import SiteSettings
from backend.store import Store, migrate
from tests.servers import ROOT, environment_for, has_postgresql, postgres_server
from tests.tools.bench.large_site import fill
from tests.tools.bench.table import Row

KEY = b"k" * 32
SIZES = (1_000, 100_000)
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
ROOM_MS = {1_000: 20.0, 100_000: 60.0}  # of the slowest search in a hundred
USUAL_MS = 2.0  # of every other search
ROOM_CHANGE_MS, ROOM_STALL_MS = 250.0, 150.0
ROOM_MEMORY_MB, ROOM_INDEX_MB = 100.0, 600.0


@dataclass(frozen=True)
class SearchCost:
    """Milliseconds of a search; of a process's first, its seconds and for how long at most others had no turn; of the
    first after a page has changed; and the megabytes that the process keeps of the site."""

    p50_ms: float
    p99_ms: float
    first_s: float
    stalled_ms: float
    changed_ms: float
    memory_mb: float


@dataclass(frozen=True)
class Searched:
    cost: SearchCost
    index_mb: float


Measurements = Mapping[tuple[str, int], Searched]


def measure_searches(folder: Path) -> dict[tuple[str, int], Searched]:
    """Build the sites in both databases at once, and ask each; what breaks is said and left out."""
    measured = {}
    with ExitStack() as ending:
        server = ending.enter_context(postgres_server()) if has_postgresql() else None
        for size in SIZES:
            print(f"measuring: searches of {size:,} passages", file=sys.stderr, flush=True)
            try:
                urls = {"sqlite": f"sqlite:///{folder}/{size}.db"}
                if server:
                    urls["postgresql"] = new_database(server, f"bench_{size}")
                _build(size, *urls.values())
                for name, url in urls.items():
                    index_mb = _index_mb(url)  # before pages are changed
                    measured[name, size] = Searched(_ask(url, folder), index_mb)
            except Exception:  # noqa: BLE001 - whatever broke, the other rows still say something
                traceback.print_exc()
    return measured


def new_database(server: str, name: str) -> str:
    with create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return server.removesuffix("/postgres") + f"/{name}"


def _build(passages: int, *urls: str) -> None:
    stores = []
    for url in urls:
        migrate(url)
        stores.append(Store.open(url, KEY))
        site = stores[-1].sites.create(SiteSettings("Large", ("https://large.example",)))
    fill(site.id, passages, *(store.passages for store in stores))
    for store in stores:
        store.close()
    for url in urls:
        if not url.startswith("sqlite"):  # what the server does by itself, some minutes later
            with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
                connection.execute(text("VACUUM ANALYZE"))


def _ask(url: str, folder: Path) -> SearchCost:
    """Ask in a process of its own, whose memory is the site's alone."""
    command = [sys.executable, "-m", "tests.tools.bench.searching", url]
    done = subprocess.run(command, cwd=ROOT, env=environment_for(folder), stdout=subprocess.PIPE, text=True, check=True)
    return SearchCost(**json.loads(done.stdout))


def _index_mb(url: str) -> float:
    """Return what the words of the pages take up, without the pages themselves."""
    of_sqlite = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%posting%' OR name LIKE '%term%'"
    of_server = "SELECT pg_total_relation_size('posting') + pg_total_relation_size('term')"
    with create_engine(url).connect() as connection:
        size = connection.execute(text(of_sqlite if url.startswith("sqlite") else of_server)).scalar_one()
    return float(size) / 1e6


def rows_of_searches(measured: Measurements) -> Sequence[Row]:
    rows = []
    for size in SIZES:
        for name, title in DATABASES.items():
            found = measured.get((name, size))
            room = ROOM_MS[size]
            p50 = f" (p50 {found.cost.p50_ms:.1f} ms)" if found else ""
            p99 = found.cost.p99_ms if found else None
            rows.append(row(f"search_{name}_{size}", f"{size:,} passages, {title}, p99{p50}", p99, room, "ms"))
    for name, title in DATABASES.items():
        found = measured.get((name, SIZES[0]))
        rows.append(
            row(f"usual_{name}", f"{SIZES[0]:,} passages, {title}, p50", found and found.cost.p50_ms, USUAL_MS, "ms")
        )
    for name, title in DATABASES.items():
        found = measured.get((name, SIZES[-1]))
        cost = found.cost if found else None
        first = f" (of {cost.first_s:.1f} s)" if cost else ""
        large = f"large, {title}"
        rows += [
            row(f"change_{name}", f"{large}, first after a change", cost and cost.changed_ms, ROOM_CHANGE_MS, "ms"),
            row(f"stall_{name}", f"{large}, first, stall{first}", cost and cost.stalled_ms, ROOM_STALL_MS, "ms"),
            row(f"memory_{name}", f"{large}, memory", cost and cost.memory_mb, ROOM_MEMORY_MB, "MB"),
            row(f"index_{name}", f"{large}, index", found and found.index_mb, ROOM_INDEX_MB, "MB"),
        ]
    return rows


def row(key: str, title: str, figure: float | None, room: float, unit: str) -> Row:
    cells = {} if figure is None else {"ours": figure}
    return Row(f"find_{key}", title, cells, 1, None if figure is None else figure / room, f"{room:g}{unit}")
