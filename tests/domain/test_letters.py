"""A word stays whole in every script."""

from __future__ import annotations

import pytest

from backend.domain.letters import LETTERS, WORD, plain_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("मैं किताब लौटाना चाहता हूँ", ["मैं", "किताब", "लौटाना", "चाहता", "हूँ"]),
        ("ที่นี่ เปิด กี่โมง", ["ที่นี่", "เปิด", "กี่โมง"]),
        ("كِتَاب جديد", ["كتاب", "جديد"]),
        ("שָׁלוֹם לך", ["שלום", "לך"]),
        ("cafe\u0301 CAFÉ", ["café", "café"]),
        ("snake_case, v2 und Straße", ["snake", "case", "v2", "und", "straße"]),
    ],
)
def test_a_word_is_read_whole_however_it_is_written(text: str, words: list[str]) -> None:
    assert plain_words(text) == words


def test_a_mark_alone_is_no_word() -> None:
    assert WORD.findall("\u0301 \u093e") == []


def test_letters_stop_at_a_figure() -> None:
    assert LETTERS.findall("हिन्दी2024 abc1") == ["हिन्दी", "abc"]
