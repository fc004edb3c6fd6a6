"""The first ten questions that each example's page suggests are answered, with the sentence that answers.

A page suggests its own questions and the site's starters, and each answer suggests the next ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from backend.domain.site import Site, SiteSettings
from backend.domain.toml import read_toml
from backend.knowledge.index.stock import restock
from backend.knowledge.intake import read_knowledge
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.providers.embedded import EmbeddedAnswerer
from backend.store import Store
from tests.providers.conftest import inquiry

EXAMPLES = Path("examples")
MOST = 10
LEAST_CERTAIN = 0.5  # from here on the widget shows no doubt
ANSWERS: Mapping[str, Mapping[str, str]] = read_toml(Path(__file__).with_name("demo_questions.toml"))


def suggested(folder: Path, starters: list[str]) -> list[str]:
    """Return what the page of an example suggests before anything was asked."""
    own = re.findall(r'data-ask="([^"]+)"', (folder / "index.html").read_text("utf-8"))
    return list(dict.fromkeys([*own, *starters]))


def walk(site: Site, library: KnowledgeLibrary, first: list[str]) -> Iterator[tuple[str, str, float]]:
    """Yield the first questions with their answers, and how sure these are, as a visitor meets them."""
    waiting, asked = list(first), set[str]()
    while waiting and len(asked) < MOST:
        question = waiting.pop(0)
        if question in asked:
            continue
        asked.add(question)
        answer = EmbeddedAnswerer(library, pace_s=0).compose(inquiry(library, site, question))
        assert answer.kind == "answer", question
        followups = answer.followups()
        assert question not in followups
        assert all(each.endswith("?") and "\n" not in each for each in followups)
        waiting += followups
        yield question, answer.message, answer.confidence


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_the_first_ten_questions_of_a_demo_page_are_answered_right(name: str, store: Store) -> None:
    folder = EXAMPLES / name
    settings = read_toml(folder / "site.toml")
    site = store.sites.create(SiteSettings(settings["name"], ("https://demo.example",)))
    restock(store.passages, site.id, read_knowledge(folder / "kb").documents, "en")
    told = list(walk(site, KnowledgeLibrary(store.passages), suggested(folder, settings["starters"])))
    assert len(told) == MOST
    for question, message, confidence in told:
        assert ANSWERS[name][question] in " ".join(message.split()), question
        assert confidence >= LEAST_CERTAIN, question


def test_every_example_has_its_answers() -> None:
    assert {page.parent.name for page in EXAMPLES.glob("*/index.html")} == set(ANSWERS)
