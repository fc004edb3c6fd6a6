"""A sentence is known by its words, in many languages, and never by a part of one."""

from __future__ import annotations

import pytest

from backend.knowledge.quoting.says import says


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("yes_or_no", "**No.** We do not."),
        ("yes_or_no", "Oui, c'est possible."),
        ("turns", "However, a tent must be dry."),
        ("turns", "Jedoch nur trocken."),
        ("editions", "New in version 2.0."),
        ("asks_whether", "can I return a tent?"),
        ("joins", "und wie lange?"),
        ("joins", "¿y en invierno?"),
        ("asks_how_many", "Wie lange dauert das?"),
        ("asks_whether", "¿Se puede devolver?"),
    ],
)
def test_a_sentence_is_known_by_how_it_begins(kind: str, text: str) -> None:
    assert says(kind, at_start=True).match(text)


def test_a_limit_or_a_number_may_stand_anywhere_but_is_a_whole_word() -> None:
    assert says("limits").search("You can return it up to twice.")
    assert says("numbers").search("Badges are made every Wednesday.")
    assert not says("limits").search("Knots and nobody")
    assert not says("yes_or_no", at_start=True).match("Notes are kept")
