"""Small talk gets a short friendly sentence, in the site's language, and names no source."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backend.domain.reply import Reply, Usage
from backend.domain.site import Site, SiteSettings
from backend.domain.turn import Ended, Stop
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.providers.embedded import EmbeddedAnswerer
from backend.store import Store
from tests.providers.conftest import inquiry


def test_small_talk_names_no_source(library: KnowledgeLibrary, site: Site) -> None:
    *_, last = EmbeddedAnswerer(library, pace_s=0).prepare(inquiry(library, site, "hi"))(Stop())
    assert last == Ended("end_turn", Usage(), kind="talk", is_word_for_word=True)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("hi", "Hello!"),
        ("Good morning!", "Hello!"),
        ("thanks", "You're welcome."),
        ("Thank you very much!!", "You're welcome."),
        ("ok great, thank you", "You're welcome."),
        ("bye", "Goodbye"),
        ("are you a bot?", "I'm the automated assistant of Bicycle shop."),
        ("What can you do", "I'm the automated assistant of Bicycle shop."),
    ],
)
def test_small_talk_gets_a_short_friendly_sentence(ask: Callable[..., Reply], said: str, answer: str) -> None:
    assert ask(said).message.startswith(answer)


def test_a_question_that_begins_with_a_greeting_is_still_answered(ask: Callable[..., Reply]) -> None:
    assert "Print the label" in ask("Hi, how do I return a parcel?").message


def test_a_german_shop_speaks_german(ask: Callable[..., Reply], store: Store) -> None:
    site = store.sites.create(SiteSettings("Radladen", ("https://laden.example",), locale="de"))
    assert ask("Wer wurde Weltmeister?", of=site).message.startswith("Dazu habe ich in den Texten von Radladen nichts")
    assert ask("Guten Tag", of=site).message.startswith("Hallo!")
