"""A question asked again, of what is live and of the draft."""

from __future__ import annotations

import pytest

from backend.app import House
from backend.domain.errors import NotFound
from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.knowledge.index import Change
from backend.services.ask_again import ask_again
from backend.services.keep_documents import keep_documents
from tests.contracts.items import doubt, item_of, open_items


def test_a_change_of_the_draft_shows_beside_what_is_live(house: House, site: Site) -> None:
    item = item_of(house.store, site, doubt(house.store, site, "How much is a puncture?"))
    page = Document("punctures.md", "Punctures", "", "# Punctures\n\nMending a puncture is $12.")
    keep_documents(house.drafts.draft(site).site, Change([page], "added"), house.in_draft)

    again = ask_again(site, item, house)

    assert "$12" in again.draft.message
    assert "$12" not in again.live.message
    assert len(open_items(house.store, site)) == 1


def test_a_question_that_was_erased_is_not_asked(house: House, site: Site) -> None:
    item = item_of(house.store, site, doubt(house.store, site, "How much is a puncture?"))
    house.book.erase_conversation(site, f"conversation-{site.id}")

    with pytest.raises(NotFound):
        ask_again(site, item, house)
