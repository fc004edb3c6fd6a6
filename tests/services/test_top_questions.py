"""What is asked most is told in the words that most used, without thanks and greetings."""

from __future__ import annotations

import uuid
from dataclasses import replace

from backend.app import House
from backend.domain.site import Site
from backend.services.top_questions import MOST, TopQuestion, top_questions
from tests.contracts.test_turn_book import opening


def ask(house: House, site: Site, *questions: str) -> None:
    for question in questions:
        begun = opening(site, str(uuid.uuid4()), question, conversation=f"conversation-{site.id}")
        house.book.begin(replace(begun, found=replace(begun.found, hits=())))


def test_alike_questions_count_as_one_in_the_words_used_most(house: House, site: Site) -> None:
    ask(house, site, "Do you ship to Norway?", "Is there a discount?", "Can you ship packages to Norway?")
    ask(house, site, "Do you ship to Norway?", "Where is my parcel?", "Is there a discount?", "Do you ship to Norway?")
    assert top_questions(site, house) == [
        TopQuestion("Do you ship to Norway?", 4, ""),
        TopQuestion("Is there a discount?", 2, ""),
    ]


def test_thanks_and_greetings_are_no_questions(house: House, site: Site) -> None:
    ask(house, site, *["Thanks!"] * 3, *["Hello"] * 3)
    assert top_questions(site, house) == []


def test_a_few_are_told(house: House, site: Site) -> None:
    ask(house, site, *[f"What is topic{number}?" for number in range(MOST + 2)] * 2)
    assert len(top_questions(site, house)) == MOST
