"""The draft can be asked before it is live: by its secret key, apart from visitors, with what made each answer."""

from __future__ import annotations

import re

import pytest

from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.knowledge.index import Change
from backend.services.keep_documents import keep_documents
from tests.api.client import Visitor, document_of
from tests.console.staff import Member, Staff

RETURNS = Document("returns.md", "Returns", "", "# Returns\n\nYou may return anything within 60 days.")


@pytest.fixture
def drafted(staff: Staff, site: Site) -> Site:
    keep_documents(staff.house.drafts.draft(site).site, Change([RETURNS], "added"), staff.house.in_draft)
    return site


def test_the_preview_asks_the_draft(staff: Staff, drafted: Site, owner: Member) -> None:
    page = owner.get(f"{drafted.key}/preview").text
    key = re.search(r'data-site="(draft_\w+)"', page)
    assert key
    asked = Visitor(staff.server.url, key[1]).ask("Within how many days may I return something?")
    assert "60 days" in document_of(asked)["message"]
    live = Visitor(staff.server.url, drafted.key).ask("Within how many days may I return something?")
    assert "60 days" not in document_of(live)["message"]


def test_a_draft_that_is_gone_cannot_be_asked(staff: Staff, drafted: Site) -> None:
    key = staff.house.drafts.draft(drafted).key
    staff.house.drafts.clear(drafted)
    refused = Visitor(staff.server.url, key).refused()
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_site")


def test_the_frame_is_for_our_own_page_alone(drafted: Site, owner: Member) -> None:
    answer = owner.get(f"{drafted.key}/preview?theme=dark")
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert 'data-theme="dark"' in answer.text
    assert "data-theme" not in owner.get(f"{drafted.key}/preview?theme=%22%3E").text
