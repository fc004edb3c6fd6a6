"""A word of the question meets the words of the site that are of its kin, and no others."""

from __future__ import annotations

import pytest

from backend.knowledge.index import table_of
from backend.knowledge.search.kinship import count_shared, find_kin
from backend.knowledge.search.spelling import Speller


@pytest.mark.parametrize(
    ("language", "asked", "known"),
    [
        ("de", "versand", "versandkost"),
        ("de", "karte", "leserkarte"),
        ("de", "gruppenraum", "raum"),
        ("nl", "aanhanger", "aanhangerverhuur"),
        ("pl", "szczeniak", "szczenia"),
        ("he", "הובלה", "ההובלה"),
        ("he", "בבית", "בית"),
        ("ar", "توصيل", "بتوصيل"),
        ("ja", "カード", "クレジットカード"),
        ("zh", "修", "维修"),
        ("en", "admin", "administr"),
        ("en", "repo", "repositori"),
    ],
)
def test_a_word_meets_its_kin(language: str, asked: str, known: str) -> None:
    assert find_kin(asked, Speller([known, "zzzz"]), table_of(language)).keys() == {known}


@pytest.mark.parametrize(
    ("language", "asked", "known"),
    [
        ("en", "port", "support"),
        ("en", "car", "carpet"),
        ("de", "rat", "beratung"),
        ("en", "e04", "e041"),
        ("fr", "sol", "soleil"),
        ("zh", "冰箱", "冰水"),
    ],
)
def test_words_that_look_alike_by_chance_are_no_kin(language: str, asked: str, known: str) -> None:
    assert find_kin(asked, Speller([known]), table_of(language)) == {}


def test_a_word_that_the_site_has_is_short_for_no_other() -> None:
    assert find_kin("repo", Speller(["repo", "repositori"]), table_of("en")) == {}


def test_a_word_is_no_kin_of_its_own_and_has_few() -> None:
    words = ["versand", *(f"versand{letter}weg" for letter in "abcdefghijklmnop")]
    kin = find_kin("versand", Speller(words), table_of("de"))
    assert "versand" not in kin
    assert len(kin) == 8
    assert all(0 < share < 1 for share in kin.values())


@pytest.mark.parametrize(("one", "other", "shared"), [("abc", "abd", 2), ("", "a", 0), ("ab", "ab", 2)])
def test_letters_in_common_are_counted_from_the_beginning(one: str, other: str, shared: int) -> None:
    assert count_shared(one, other) == shared
