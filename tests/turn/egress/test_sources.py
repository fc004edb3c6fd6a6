"""The sources are the pages that carry the reply."""

from __future__ import annotations

from backend.domain.knowledge import Document, Found, Hit
from backend.domain.reply import Source
from backend.domain.site import Safety
from backend.turn.egress import screen_for
from backend.turn.egress.sources import shown_sources, sources_of
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


def test_a_title_is_one_short_line_and_an_address_one_of_the_web() -> None:
    hostile = Source("a", "Re\u202eturns\n" + "x" * 400, "javascript:alert(1)")
    (shown,), kinds = shown_sources([hostile], lambda _text: None)
    assert (shown.id, shown.url, kinds) == ("a", "", [])
    assert shown.title.startswith("Returns xxx")
    assert len(shown.title) == 200


def test_a_source_that_says_what_must_not_go_out_is_left_out_and_named() -> None:
    screen = screen_for(Safety(), "dk-0123456789abcdef0123", "")
    sources = [
        Source("a", "Returns", "https://shop.example/returns"),
        Source("b", "Mark dk-0123456789abcdef0123", "https://shop.example/b"),
        Source("c", "Pay", "https://shop.example/?card=4111111111111111"),
    ]
    shown, kinds = shown_sources(sources, screen.kind_in)
    assert [source.id for source in shown] == ["a"]
    assert set(kinds) == {"canary", "card"}
