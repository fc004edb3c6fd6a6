"""The sources are the pages that carry the reply."""

from __future__ import annotations

from backend.domain.knowledge import Document, Found, Hit
from backend.turn.egress.sources import sources_of
from tests.turn.pages import FOUND, RETURNS


def test_the_sources_are_the_pages_that_carry_the_words() -> None:
    carried = sources_of("Used tents must be clean and dry; return within 60 days of delivery.", FOUND)
    assert [source.id for source in carried] == ["returns"]
    both = sources_of("- Return any item within 60 days of delivery.\n- A repair takes about two weeks.", FOUND)
    assert [source.id for source in both] == ["returns", "repairs"]
    assert sources_of("Completely unrelated sentence about something else", FOUND) == ()
    assert sources_of("Yes.", FOUND) == ()
    whole = Found((), 0.5, (Document("terms", "Terms", "", "You can return any item within 60 days of delivery."),))
    assert [source.id for source in sources_of("Return any item within 60 days of delivery.", whole)] == ["terms"]


def test_a_page_that_went_into_the_prompt_whole_is_a_source_beside_what_was_found() -> None:
    hire = Document("hire", "Hire", "", "Tents are hired for a weekend. Leave your passport with us meanwhile.")
    terms = Document("terms", "Terms", "", RETURNS.text)
    found = Found((Hit(RETURNS, 2.0),), 0.9, (hire, terms))
    message = "You can return any item within 60 days of delivery. Leave your passport with us."
    assert [source.id for source in sources_of(message, found)] == ["returns", "hire"]
