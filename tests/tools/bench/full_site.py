"""A site as it is after years: very many documents and turns, in a database that is filled in seconds.

Rules: what pages show is real (the newest turns, documents and items, sealed as they are stored); what lies below is
copied within the database, under ids of its own, and stands there for its number alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, create_engine, select, text, update

from backend.app import House
from backend.commands.migrate import migrate_database
from backend.domain.audit import By
from backend.domain.audit import Change as Changed
from backend.domain.cases import Expected
from backend.domain.items import Decided, Wanted
from backend.domain.knowledge import Document
from backend.domain.site import Site, SiteSettings
from backend.domain.versions import Publishing
from backend.knowledge.index import Change
from backend.services.find_gaps import keep_gaps
from backend.services.keep_documents import keep_documents
from backend.services.run_cases import save_case
from backend.settings import read_settings
from backend.store import tables
from backend.store.sealing import SiteSeal
from backend.store.site_keys import SiteKeys
from tests.console.queued import put_pages, waits
from tests.tools.bench.queueing import turn_row

DOCUMENTS, TURNS = 100_000, 1_000_000
COPIES = 100  # of each row that is copied
REAL_DOCUMENTS, REAL_TURNS, DECIDED = 100, 120, 60
EACH = 5  # turns in a conversation
DAYS = 400
VERSIONS, CASES, CHANGES = 30, 100, 100
FIRST_GROUP = 10_000_000  # beyond the ids of items
COPIED = "~"  # begins the ids of what is copied
FLAGGED, RATED = 10, 20  # one turn of so many
BAD_TURNS = 1_100  # the newest: as many as a page reads at once
BEGAN = datetime.now(UTC) - timedelta(days=DAYS)
SEVERAL_ROUTES = ("short_question", "long_question", "few_pages")


def fill_site(url: str, folder: Path, documents: int = DOCUMENTS, turns: int = TURNS) -> tuple[House, Site]:
    """Fill an empty database; return the house over it and its one site."""
    house = House(read_settings({"MODEL_PROVIDER": "embedded", "DATABASE_URL": url}, folder))
    migrate_database(house.settings)
    site = house.sites.create(SiteSettings("Large shop", ("https://shop.example",)))
    engine = create_engine(url)
    keep_documents(site, Change(list(documents_of("old", documents // COPIES)), "added"), house)
    with engine.begin() as connection:
        if not url.startswith("sqlite"):  # a copy points to where its original does: nobody needs to look it up
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        copy_documents(connection, site)
        seal = SiteSeal(site.id, SiteKeys(house.settings.data_key).cipher(connection, site.id))
        put_turns(connection, seal, range(turns // COPIES))
        for table, own in COPIED_COLUMNS.items():
            copy_rows(connection, table, site.id, own)
        put_turns(connection, seal, range(turns // COPIES, turns // COPIES + BAD_TURNS), all_bad=True)
        put_hours(connection, site)
    engine.dispose()
    site = put_what_is_shown(site, house)
    keep_gaps(site, house)  # as the process for jobs does within a minute
    if not url.startswith("sqlite"):  # what the server does by itself, some minutes later
        with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return house, site


def documents_of(name: str, count: int) -> Iterator[Document]:
    for number in range(count):
        said = f"Tents of kind {name} {number} come back within {number} days, clean and dry. Poles are another page."
        yield Document(f"{name}/{number}.md", f"Kind {number}, {name}", f"https://shop.example/{name}/{number}", said)


def copy_rows(connection: Connection, table: str, site: int, own: Collection[str]) -> None:
    """Copy each row of the site COPIES - 1 times; columns in `own` get the copy's number before what they held."""
    columns = [
        each for each in tables.metadata.tables[table].columns if each.name not in ("serial", "id") or each.name in own
    ]
    names = [f'"{each.name}"' for each in columns]
    copied = [f"'{COPIED}' || CAST(n.i AS TEXT) || '-' || {name}" if name.strip('"') in own else name for name in names]
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :copies)"
    into, source = f"INSERT INTO {table} ({', '.join(names)})", f"FROM {table}, n WHERE site_id = :site"
    copying = text(f"{numbers} {into} SELECT {', '.join(copied)} {source}")
    connection.execute(copying, {"copies": COPIES - 1, "site": site})


def copy_documents(connection: Connection, site: Site) -> None:
    """Copy the documents, each with a passage; no words lead to the copies, of which there are enough elsewhere."""
    copy_rows(connection, "document", site.id, ("key", "url", "digest", "fingerprint"))
    document, passage = tables.document, tables.passage
    names = ("site_id", "document_id", "heading", "text")
    copied = select(document.c.site_id, document.c.id, document.c.title, document.c.text)
    copied = copied.where(document.c.site_id == site.id, document.c.key.startswith(COPIED))
    made = connection.execute(passage.insert().from_select(names, copied)).rowcount
    counted = update(tables.site).where(tables.site.c.id == site.id)
    connection.execute(counted.values(passage_count=tables.site.c.passage_count + made))


def put_turns(connection: Connection, seal: SiteSeal, numbers: Sequence[int], *, all_bad: bool = False) -> None:
    """Put in turns with their visitors, conversations, flags, thumbs and items: some went badly, or all of them."""
    of_site = {"site_id": seal.site_id}
    turns = [_turn(number, seal, all_bad=all_bad) for number in numbers]
    visits = {turn["conversation_id"]: turn for turn in turns}.values()
    put(connection, "visitor", [{**of_site, "id": each["visitor_id"], **_at(each)} for each in visits])
    put(connection, "conversation", [_conversation(each) for each in visits])
    put(connection, "turn", turns)
    flagged = [each for each in turns if each["is_flagged"]]
    flag = {**of_site, "position": 0, "reason": "low_confidence", "evidence_sealed": b""}
    put(connection, "flag", [{**flag, "turn_id": each["id"], **_at(each)} for each in flagged])
    rated = turns if all_bad else turns[::RATED]
    thumb = {**of_site, "comment_sealed": b"", "rating": "down"}
    put(connection, "feedback", [{**thumb, "turn_id": each["id"], **_at(each)} for each in rated])
    put(connection, "item", [_item(each) for each in flagged])


COPIED_COLUMNS: Mapping[str, Sequence[str]] = {
    "visitor": ("id",),
    "conversation": ("id", "visitor_id"),
    "turn": ("id", "visitor_id", "conversation_id"),
    "flag": ("turn_id",),
    "feedback": ("turn_id",),
    "item": ("turn_id",),
}


def _turn(number: int, seal: SiteSeal, *, all_bad: bool) -> dict[str, object]:
    visit, at = number // EACH, BEGAN + timedelta(seconds=number)
    return {
        **turn_row(number, seal),
        "visitor_id": f"v{visit}",
        "conversation_id": f"c{visit}",
        "passages": [{"id": 1, "document": f"page/{number % 50}.md", "score": 0.8}],
        "is_flagged": all_bad or number % FLAGGED == 0,
        "cost_usd": 0.001,
        "input_tokens": 900,
        "output_tokens": 120,
        "created_at": at,
        "ended_at": at,
    }


def _conversation(turn: Mapping[str, object]) -> dict[str, object]:
    known = {"site_id": turn["site_id"], "id": turn["conversation_id"], "visitor_id": turn["visitor_id"]}
    return {**known, "visitor_seen_at": turn["created_at"], **_at(turn)}


def _at(turn: Mapping[str, object]) -> dict[str, object]:
    return {"created_at": turn["created_at"]}


def _item(turn: Mapping[str, object]) -> dict[str, object]:
    """Return an item of the least harm: the real ones stand above it."""
    known = {"site_id": turn["site_id"], "turn_id": turn["id"], "created_at": turn["created_at"]}
    weights = {"rank": 0, "calibrated": 0.9, "stake": 1.0, "propensity": 1.0, "asked": 1, "lock_number": 0}
    number = int(str(turn["id"]).removeprefix("turn-"))
    place = {"subject": "", "page": f"page-{number % 500}", "group_id": FIRST_GROUP + number, "is_lead": True}
    return {**known, **weights, **place, "state": "open"}


def put_hours(connection: Connection, site: Site) -> None:
    last = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    steps = {str(step): 9 for step in range(12, 24)}
    counts = {
        "questions": 104,
        "conversations": 60,
        "continued": 20,
        "done": 100,
        "stopped": 2,
        "failed": 2,
        "unanswered": 10,
        "cost_usd": 0.1,
    }
    tokens = {"input_tokens": 90_000, "output_tokens": 12_000, "cache_read_tokens": 50_000}
    known = {"site_id": site.id, "model": "claude-haiku-4-5", **counts, **tokens, "first_text": steps, "whole": steps}
    hours = [
        {**known, "at": last - timedelta(hours=back), "route": route}
        for back in range(DAYS * 24)
        for route in SEVERAL_ROUTES
    ]
    put(connection, "hour", hours)


def put_what_is_shown(site: Site, house: House) -> Site:
    """Put in what pages show first, through the services themselves; return the site as it is live then."""
    keep_documents(site, Change(list(documents_of("page", REAL_DOCUMENTS)), "added"), house)
    put_pages(house.store, site)
    for number in range(VERSIONS):
        site = house.sites.publish(site, replace(site.settings, persona=f"Warm, {number}."), Publishing("MK", "More"))
    for number in range(REAL_TURNS):
        waits(house.store, site, f"Is thing{number} the same as thing{number % 40}, and what does it cost?")
    for number in range(CASES):
        save_case(site, Expected(f"How long is thing{number} covered?", must_contain=("years",)), "MK", house)
    for number in range(CHANGES):
        house.audit.add(
            Changed("draft.changed", "Large shop", number, number + 1, site.id),
            By("mk@shop.example", None, "127.0.0.1"),
        )
    items = [row.item for row in house.items.queue(site, Wanted(), None, DECIDED)[0]]
    for each in items:
        house.items.decide(each, Decided("right"), None, "MK", ())
    draft = house.drafts.change(site, replace(site.settings, persona="Dry."), None, "mk@shop.example").site
    more = [Document(f"new/{days}.md", f"{days} days", "", f"Boots come back within {days} days.") for days in (30, 60)]
    keep_documents(draft, Change(more, "added"), house.in_draft)
    return site


def put(connection: Connection, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    connection.execute(tables.metadata.tables[table].insert(), list(rows))
