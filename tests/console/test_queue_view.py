"""How the queue and an item are cut for their page."""

from __future__ import annotations

import pytest

from backend.console.queue_view import Piece, _cut, is_bad, visible, word_for
from backend.console.words import languages, words_in
from backend.domain.items import DECISIONS, REASONS


def test_every_reason_and_decision_has_its_words() -> None:
    for language in languages():
        words = words_in(language)
        assert [each for each in REASONS if word_for(each) not in words] == []
        assert [each for each in DECISIONS if f"decision.{each}" not in words] == []
        assert [each for each in DECISIONS if f"done.decided_{each}" not in words] == []


def test_what_visitors_did_is_no_fault_of_the_reply() -> None:
    assert not is_bad("thumbs_down")
    assert is_bad("unsupported_number")


@pytest.mark.parametrize(
    ("marks", "pieces"),
    [
        ([], ["abcdef"]),
        ([(1, 3, "x")], ["a", "bc!", "def"]),
        ([(0, 6, "x")], ["abcdef!"]),
        ([(4, 9, "x"), (0, 2, "x")], ["ab!", "cd", "ef!"]),
        ([(1, 4, "x"), (2, 5, "y")], ["a", "bcd!", "e!", "f"]),
        ([(3, 3, "x")], ["abcdef"]),
    ],
)
def test_a_text_is_cut_at_its_marks_and_loses_nothing(marks: list[tuple[int, int, str]], pieces: list[str]) -> None:
    cut = list(_cut("abcdef", 0, 6, marks))
    assert [piece.text + ("!" if piece.mark else "") for piece in cut] == pieces
    assert "".join(piece.text for piece in cut) == "abcdef"
    assert all(isinstance(piece, Piece) for piece in cut)


def test_what_no_eye_sees_is_written_out() -> None:
    assert visible("a\u202eb\u200bc") == "a⟨U+202E⟩b⟨U+200B⟩c"
    assert visible("Zürich 🚚") == "Zürich 🚚"
