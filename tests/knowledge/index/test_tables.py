"""Every language has one file, and each row of it is of use."""

from __future__ import annotations

from pathlib import Path

import pytest
import snowballstemmer  # type: ignore[import-untyped]

from backend.knowledge.index.tables import FOLDER, LanguageTable, fold, table_of

VISITORS = ("ar", "de", "en", "es", "fr", "he", "hi", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "zh")


@pytest.mark.parametrize("language", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_every_table_can_be_read(language: str) -> None:
    table = table_of(language)
    assert not table.stemmer or table.stemmer in snowballstemmer.algorithms()
    assert not table.stop_words & table.light_words
    assert all(fold(word, language) == word for word in table.stop_words | table.light_words)


@pytest.mark.parametrize("language", VISITORS)
def test_visitors_languages_have_small_words_and_know_what_leans(language: str) -> None:
    table = table_of(language)
    assert len(table.stop_words) > 60
    assert table.leans_first
    assert table.leans_alone
    assert table.leans_on


@pytest.mark.parametrize("language", ["", "xx", "../en", "e/n"])
def test_a_language_without_a_table_has_an_empty_one(language: str) -> None:
    assert table_of(language) == LanguageTable()


def test_a_table_is_a_file_beside_the_others() -> None:
    assert Path(FOLDER, "fr.toml").exists()
