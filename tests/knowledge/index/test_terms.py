"""Words meet as their writers mean them, in every script."""

from __future__ import annotations

import pytest

from backend.knowledge.index.terms import find_terms, find_words


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Bücher", "buch"),
        ("de", "Straßen", "strasse"),
        ("fr", "Œufs", "oeuf"),
        ("es", "las direcciones", "direccion"),
        ("pl", "płatność", "platnosc"),
        ("ru", "ещё зелёный", "зеленый"),
        ("ar", "الطُّرود", "طرود"),
        ("ar", "أسعار", "اسعار"),
        ("he", "כיסאות", "כיסא"),
        ("hi", "किताबें", "किताब"),
        ("hi", "ज़मीन", "जमीन"),
        ("ko", "배송은", "배송이"),
        ("tr", "ılık", "ilik"),
    ],
)
def test_forms_and_spellings_of_one_word_are_one_term(language: str, one: str, other: str) -> None:
    assert find_terms(one, language) == find_terms(other, language) != []


@pytest.mark.parametrize("word", ["किताब", "ที่นั่ง", "שָׁלוֹם", "شَحْن", "é", "தமிழ்"])
def test_a_mark_continues_its_word(word: str) -> None:
    assert len(find_words(word)) == 1


@pytest.mark.parametrize(
    ("language", "small"),
    [
        ("fr", "Comment est-ce que je peux"),
        ("nl", "hoe kan ik dat"),
        ("hi", "मुझे यह कैसे करना है"),
        ("ar", "كيف يمكن هذا"),
        ("ja", "それはどうすればいいですか"),
        ("ko", "어떻게 해야 하나요"),
        ("zh", "我可以怎么"),
        ("th", "ต้องได้ไหมครับ"),
    ],
)
def test_small_words_say_nothing(language: str, small: str) -> None:
    assert len(find_terms(small, language)) <= 1
