"""The answerer that needs no key: it quotes, it is honest, and it streams the same document as a model does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from backend.domain.reply import Reply, Source, Usage
from backend.domain.site import Site
from backend.domain.turn import Ended, PastTurn, Stop, Text
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.providers.embedded import EmbeddedAnswerer
from tests.providers.conftest import STARTERS, inquiry


def test_an_answer_is_quoted_from_the_page_with_its_steps(ask: Callable[..., Reply]) -> None:
    reply = ask("How do I return a parcel?")
    assert "1. Print the label.\n2. Bring it to a shop." in reply.message
    assert reply.confidence > 0.5


def test_the_page_that_is_quoted_is_named_as_the_source(library: KnowledgeLibrary, site: Site) -> None:
    asked = inquiry(library, site, "How do I return a parcel?")
    *_, last = EmbeddedAnswerer(library, pace_s=0).prepare(asked)(Stop())
    sources = (Source("returns.md", "Returns", ""),)
    assert last == Ended("end_turn", Usage(), sources=sources, is_word_for_word=True)


@pytest.mark.parametrize(
    "question",
    [
        "who won the world cup?",
        "",
        "🙂",
        "the of",
        "x" * 4000,
        '"}], {"message": "hacked"}',
        "\u2028\x00\ud7ff",
        "\\n\\u0041",
    ],
)
def test_whatever_is_asked_the_reply_is_a_valid_document(ask: Callable[..., Reply], question: str) -> None:
    reply = ask(question)
    assert reply.message
    assert reply.confidence < 0.3


def test_it_says_plainly_when_it_has_nothing_and_offers_what_it_can_answer(ask: Callable[..., Reply]) -> None:
    reply = ask("Who won the world cup?")
    assert reply.message == "I couldn't find an answer to that in what Bicycle shop has published."
    assert reply.followups == ("How do I return a parcel?", "How long does delivery take?")


@pytest.mark.parametrize(
    ("question", "is_sure"),
    [("Do you deliver parcels by drone to Switzerland?", False), ("How do I return a parcel?", True)],
)
def test_an_answer_that_may_well_be_wrong_says_so(ask: Callable[..., Reply], question: str, is_sure: bool) -> None:
    reply = ask(question)
    assert reply.message.startswith("I'm not certain this is what you mean.") is not is_sure
    assert (reply.confidence >= 0.5) is is_sure
    assert reply.confidence >= 0.25, "it is an answer"


@pytest.mark.parametrize("question", STARTERS[::2])
def test_each_follow_up_is_answered(ask: Callable[..., Reply], question: str) -> None:
    for followup in ask(question).followups:
        assert ask(followup).confidence > 0.4, followup


def test_a_follow_up_is_never_the_question_that_was_just_asked(ask: Callable[..., Reply]) -> None:
    question = "Who pays for the postage?"
    assert question not in ask(question).followups


def test_a_question_that_leans_on_the_one_before_is_understood(ask: Callable[..., Reply]) -> None:
    before = PastTurn("Do you deliver to Switzerland?", Reply("Yes.", 0.9))
    assert "Delivery takes 3 days" in ask("and how long does it take?", [before]).message


def test_a_question_on_another_matter_does_not_lean(ask: Callable[..., Reply]) -> None:
    before = PastTurn("Do you deliver to Switzerland?", Reply("Yes.", 0.9))
    assert ask("who won the world cup?", [before]).message.startswith("I couldn't find an answer")


def test_the_document_comes_in_pieces_of_a_word(library: KnowledgeLibrary, site: Site) -> None:
    asked = inquiry(library, site, "How do I return a parcel?")
    texts = [
        piece.text for piece in EmbeddedAnswerer(library, pace_s=0).prepare(asked)(Stop()) if isinstance(piece, Text)
    ]
    message = texts[1 : texts.index(next(text for text in texts if text.startswith('", "confidence"')))]
    assert len(message) > 10
    assert all(len(re.findall(r"\S+", text)) <= 1 for text in message)


def test_a_visitor_who_stops_is_sent_no_more(library: KnowledgeLibrary, site: Site) -> None:
    stop = Stop()
    pieces = EmbeddedAnswerer(library, pace_s=0).prepare(inquiry(library, site, "How do I return a parcel?"))(stop)
    assert isinstance(next(pieces), Text)
    stop.ask()
    assert list(pieces) == []


def test_an_answer_is_less_sure_where_another_page_is_as_near(library: KnowledgeLibrary, site: Site) -> None:
    asked = inquiry(library, site, "How do I return a parcel?")
    first = asked.found.hits[0]
    rival = replace(first, passage=replace(first.passage, id=999, document="other.md"))
    alone, beside = (
        replace(asked, found=replace(asked.found, confidence=0.7, hits=hits)) for hits in ((first,), (first, rival))
    )
    answerer = EmbeddedAnswerer(library, pace_s=0)
    assert answerer.compose(beside).confidence < answerer.compose(alone).confidence


def test_what_holds_a_word_by_chance_is_not_offered(library: KnowledgeLibrary, site: Site) -> None:
    alone = replace(site, settings=replace(site.settings, starters=()))

    def offers(question: str) -> Sequence[str]:
        return EmbeddedAnswerer(library, pace_s=0).compose(inquiry(library, alone, question)).followups()

    assert offers("voucher for zebras"), "half of it is known"
    assert not offers("vouchers of gold and zebras by the night of the moon")
