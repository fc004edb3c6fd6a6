"""A shop gets the same answers whichever database it runs on."""

from __future__ import annotations

import uuid
from pathlib import Path

import psycopg
import pytest

from backend.domain.site import SiteSettings
from backend.knowledge.index.stock import restock
from backend.knowledge.intake.folder import read_knowledge
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.store import Store
from tests.databases import make_tables

HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook" / "kb"
QUESTIONS = (
    "How do I sign up for the transit benefit?",
    "sick leave in advance",
    "who approves travel",
    "what is tock",
    "password requirments",
    "can I record a zoom meeting",
    "new laptop",
    "who won the world cup",
)


@pytest.fixture
def postgres_database(postgres_url: str) -> str:
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres_url.removesuffix("/postgres") + f"/{name}"


def test_both_databases_find_and_quote_the_same(postgres_database: str, tmp_path: Path) -> None:
    documents = read_knowledge(HANDBOOK).documents
    answers = []
    for url in (f"sqlite:///{tmp_path}/shop.db", postgres_database):
        make_tables(url)
        store = Store.open(url, b"k" * 32)
        site = store.sites.create(SiteSettings("Handbook", ("https://a.example",)))
        restock(store.passages, site.id, documents, "en")
        library = KnowledgeLibrary(store.passages)
        found = [(question, library.search(site, question)) for question in QUESTIONS]
        answers.append([(each, library.quote(site, question, each)) for question, each in found])
        store.close()
    assert answers[0] == answers[1]
    assert all(found.hits for found, _ in answers[0][:-1])
