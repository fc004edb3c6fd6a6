"""What a page says in other words is found: by words that every shop knows, and by the shop's own list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.knowledge.search.synonyms import SHARE, synonyms_of
from backend.store import Store
from tests.knowledge.conftest import SHOP, Opens
from tests.servers import ROOT, environment_for, run_backend

PAGES = {**SHOP, "mudguards.md": "# Mudguards\n\nMudguards fit wheels of 28 inches. We mount them while you wait."}


@pytest.mark.parametrize(
    ("question", "page"), [("can you mend it?", "repairs.md"), ("coupon", "vouchers.md"), ("send back", "returns.md")]
)
def test_usual_words_for_the_same_find_the_page(store: Store, open_shop: Opens, question: str, page: str) -> None:
    assert KnowledgeLibrary(store.passages).search(open_shop(PAGES), question).passages[0].document == page


def test_a_word_that_the_shop_lists_finds_the_page_at_once_and_no_more_when_it_is_taken_out(
    store: Store, open_shop: Opens
) -> None:
    site, library = open_shop(PAGES), KnowledgeLibrary(store.passages)
    assert not library.search(site, "Do you sell fenders?").hits
    store.passages.set_synonyms(site.id, [("mudguard", "fender", "splash guard")])
    assert library.search(site, "Do you sell fenders?").passages[0].document == "mudguards.md"
    assert library.search(site, "splash guards").passages[0].document == "mudguards.md"
    store.passages.set_synonyms(site.id, [])
    assert not library.search(site, "Do you sell fenders?").hits


def test_the_word_that_was_said_counts_for_more_than_another_for_it(store: Store, open_shop: Opens) -> None:
    site = open_shop({"a.md": "# Erasing\n\nErase the file.", "b.md": "# Removing\n\nRemove the file."})
    library = KnowledgeLibrary(store.passages)
    assert library.search(site, "How do I erase a file?").passages[0].document == "a.md"
    assert library.search(site, "How do I remove a file?").passages[0].document == "b.md"


def test_a_phrase_stands_for_another_word_only_when_all_of_it_was_said() -> None:
    synonyms = synonyms_of([("splash guard", "mudguard"), ("time off", "sabbatical")], "en")
    assert synonyms.beside({"guard": 2.0}) == {}
    assert synonyms.beside({"splash": 2.0, "guard": 1.0}) == {"mudguard": pytest.approx(SHARE)}
    assert synonyms.beside({"time": 2.0}) == {}


def test_the_owner_adds_joins_lists_and_removes_words(tmp_path: Path) -> None:
    environment = environment_for(tmp_path)
    assert run_backend("migrate", environment=environment).returncode == 0
    applied = run_backend("site", "apply", str(ROOT / "tests" / "larkmoor"), environment=environment)
    key = applied.stdout.split()[-1]

    def synonyms(*arguments: str) -> list[list[str]]:
        done = run_backend("kb", "synonyms", "--site", key, "--json", *arguments, environment=environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert synonyms("--add", "fleece, jumper", "--add", "tent,  bivvy") == [["fleece", "jumper"], ["tent", "bivvy"]]
    assert synonyms("--add", "Jumper, pullover") == [["tent", "bivvy"], ["fleece", "Jumper", "pullover"]]
    assert synonyms("--remove", "BIVVY") == [["fleece", "Jumper", "pullover"]]
    assert synonyms() == [["fleece", "Jumper", "pullover"]]
    refused = run_backend("kb", "synonyms", "--site", key, "--add", "alone", environment=environment)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--add 'alone': give 2 to 20 words" in refused.stderr
    refused = run_backend("kb", "synonyms", "--site", key, "--remove", "anorak", environment=environment)
    assert "'anorak': the word is in no group" in refused.stderr
