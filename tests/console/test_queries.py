"""No page of the console asks the database more than a dozen times, however much a site holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from backend.app import House
from backend.console import ConsoleParts, open_console
from backend.domain.accounts import Roles
from backend.domain.knowledge import Document
from backend.domain.site import SiteSettings
from backend.knowledge.index import Change
from backend.services.begin_session import begin_session
from backend.services.keep_documents import keep_documents
from backend.services.lint_site import look_over
from backend.settings import read_settings
from tests.console.queued import put_pages, waits
from tests.console.staff import COOKIE, HERE
from tests.databases import make_tables
from tests.servers import ROOT

MOST = 12
PAGES = (
    *("start", "persona", "knowledge", "knowledge?find=topic", "knowledge/answer", "gaps", "synonyms", "playground"),
    *(
        "cases",
        "versions",
        "publish",
        "numbers",
        "calibration",
        "preview",
        "more",
        "audit",
        "queue",
        "queue/1?show=history",
        "webhooks",
        "live",
    ),
)


@pytest.fixture
def console(tmp_path: Path) -> Iterator[tuple[Flask, str, str]]:
    """The console's pages on a database of their own; the key of a site with a draft, and an owner's cookie."""
    house = House(read_settings({"MODEL_PROVIDER": "embedded"}, tmp_path))
    make_tables(house.settings.database_url)
    site = house.sites.create(SiteSettings("Shop", ("https://shop.example",)))
    pages = [Document(f"page-{n}.md", f"Topic {n}", "", f"# Topic {n}\n\nText {n}.") for n in range(120)]
    keep_documents(site, Change(pages, "added"), house)
    keep_documents(house.drafts.draft(site).site, Change(pages[:3], "added"), house.in_draft)
    at_odds = [Document(f"{days}.md", f"{days}", "", f"Tents come back within {days} days.") for days in (30, 60)]
    keep_documents(site, Change(at_odds, "added"), house)
    assert look_over(site, house.drafts.draft(site).site, house.in_draft)
    put_pages(house.store, site)
    for number in range(60):
        waits(house.store, site, f"Is thing{number} the same as thing{number % 7}?")
    person = house.people.add("owner@shop.example", "", Roles("owner"))
    assert person is not None
    app = Flask("console")
    parts = ConsoleParts(house, b"a secret", "http://localhost", (), ROOT / "widget" / "dist" / "widget.js")
    open_console(app, parts)
    yield app, site.key, begin_session(person, HERE, house).token
    house.close()


def test_each_page_asks_at_most_a_dozen_times(console: tuple[Flask, str, str]) -> None:
    app, key, token = console
    asked: list[str] = []
    event.listen(Engine, "before_cursor_execute", lambda _connection, _cursor, said, *_: asked.append(said))
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    counts = {}

    def visit(path: str) -> int:
        asked.clear()
        answer = client.get(f"/console/{key}/{path}")
        assert answer.status_code == 200, path
        return sum(said.lstrip().upper().startswith(("SELECT", "WITH", "UPDATE", "INSERT")) for said in asked)

    for path in PAGES:
        visit(path)  # what is kept from page to page is there the second time
        counts[path] = min(visit(path) for _ in range(2))  # once a second one page asks whether any site has changed
    assert {path: count for path, count in counts.items() if count > MOST} == {}, counts
