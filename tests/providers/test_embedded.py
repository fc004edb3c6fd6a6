"""The answerer that needs no key: it quotes, it is honest, and it streams the same document as a model does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import jsonschema
import pytest

from backend.domain.reply import Reply, Source, Usage
from backend.domain.site import Site, SiteSettings
from backend.domain.turn import Ended, Inquiry, Model, PastTurn, Question, Route, Stop, Text
from backend.knowledge.index.stock import restock
from backend.knowledge.search.library import KnowledgeLibrary
from backend.providers.embedded import EmbeddedAnswerer
from backend.providers.embedded_questions import phrase_question
from backend.store import Store, migrate
from tests.knowledge.conftest import SHOP, read_pages

SCHEMA = json.loads((Path(__file__).parents[2] / "backend" / "reply.schema.json").read_text())
STARTERS = ("How do I return a parcel?", "Do you sell aeroplanes?", "How long does delivery take?")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path_factory.mktemp('shop')}/shop.db"
    migrate(url)
    store = Store.open(url, b"k" * 32)
    yield store
    store.close()


@pytest.fixture(scope="module")
def library(store: Store) -> KnowledgeLibrary:
    return KnowledgeLibrary(store.passages)


@pytest.fixture(scope="module")
def site(store: Store) -> Site:
    site = store.sites.create(SiteSettings("Bicycle shop", ("https://shop.example",), starters=STARTERS))
    restock(store.passages, site.id, read_pages(SHOP), "en")
    return site


@pytest.fixture
def ask(library: KnowledgeLibrary, site: Site) -> Callable[..., Reply]:
    """Return a function that asks the shop a question and reads the whole reply."""

    def ask_it(question: str, history: Sequence[PastTurn] = (), of: Site = site) -> Reply:
        pieces = list(EmbeddedAnswerer(library, pace_s=0).prepare(inquiry(library, of, question, history))(Stop()))
        assert isinstance(pieces[-1], Ended)
        assert (pieces[-1].stop_reason, pieces[-1].usage) == ("end_turn", Usage())
        document = json.loads("".join(piece.text for piece in pieces if isinstance(piece, Text)))
        jsonschema.Draft202012Validator(SCHEMA).validate(document)
        assert list(document) == ["message", "confidence", "followups"]
        return Reply(document["message"], document["confidence"], tuple(document["followups"]))

    return ask_it


def inquiry(library: KnowledgeLibrary, site: Site, question: str, history: Sequence[PastTurn] = ()) -> Inquiry:
    found = library.search(site, question, before=[turn.question for turn in history])
    return Inquiry(site, Question(question, tuple(history)), found, Route(Model("embedded"), "r"))


def test_an_answer_is_quoted_from_the_page_with_its_steps(ask: Callable[..., Reply]) -> None:
    reply = ask("How do I return a parcel?")
    assert "1. Print the label.\n2. Bring it to a shop." in reply.message
    assert reply.confidence > 0.5


def test_the_page_that_is_quoted_is_named_as_the_source(library: KnowledgeLibrary, site: Site) -> None:
    asked = inquiry(library, site, "How do I return a parcel?")
    *_, last = EmbeddedAnswerer(library, pace_s=0).prepare(asked)(Stop())
    assert last == Ended("end_turn", Usage(), sources=(Source("returns.md", "Returns", ""),))


def test_small_talk_names_no_source(library: KnowledgeLibrary, site: Site) -> None:
    *_, last = EmbeddedAnswerer(library, pace_s=0).prepare(inquiry(library, site, "hi"))(Stop())
    assert last == Ended("end_turn", Usage())


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
    assert reply.message.startswith("I couldn't find an answer to that in what Bicycle shop has published.")
    assert reply.followups == ("How do I return a parcel?", "How long does delivery take?")


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


@pytest.mark.parametrize(
    ("title", "question"),
    [
        ("Wix Stores: Creating Automatic Discounts", "How do I create automatic discounts in Wix Stores?"),
        ("Adding, Renaming and Deleting an Anchor", "How do I add, rename and delete an anchor?"),
        ("Changing Your Page URL", "How do I change my page URL?"),
        ("How to Park Your Car", "How do I park my car?"),
        ("Can I come on Sunday?", "Can I come on Sunday?"),
        ("About Gift Vouchers", "What should I know about gift vouchers?"),
        ("Connecting Instagram", "How do I connect Instagram?"),
        ("Leaving the team & offboarding", None),
        ("Play 11 - Promote a healthy culture", None),
        ("Frequently Asked Questions", None),
        ("Error 403 (Forbidden)", None),
    ],
)
def test_a_title_becomes_a_question_that_a_visitor_would_ask(title: str, question: str | None) -> None:
    text = "Follow us on Instagram for gift vouchers and discounts."
    assert phrase_question(title, text, "What should I know about {title}?", is_english=True) == question
