"""A shop whose pages the embedded answerer quotes, and a way to ask it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import jsonschema
import pytest

from backend.domain.reply import Reply, Usage
from backend.domain.site import Site, SiteSettings
from backend.domain.turn import Ended, Inquiry, Model, PastTurn, Question, Route, Stop, Text
from backend.knowledge.index.stock import restock
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.providers.embedded import EmbeddedAnswerer
from backend.store import Store
from tests.databases import make_tables
from tests.knowledge.conftest import SHOP, read_pages

SCHEMA = json.loads((Path(__file__).parents[2] / "backend" / "reply.schema.json").read_text())


STARTERS = ("How do I return a parcel?", "Do you sell aeroplanes?", "How long does delivery take?")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path_factory.mktemp('shop')}/shop.db"
    make_tables(url)
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
