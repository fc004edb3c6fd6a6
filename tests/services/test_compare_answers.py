"""Two answers are compared sentence by sentence."""

from __future__ import annotations

from backend.services.compare_answers import sentences_between


def test_what_both_say_stands_in_both_and_the_rest_is_marked() -> None:
    live = "You can return it. The refund takes 2 days.\nWrite to us."
    draft = "You can return it. The refund takes 5 days.\nWrite to us."
    was, became = sentences_between(live, draft)
    assert was == [("same", "You can return it. "), ("gone", "The refund takes 2 days.\n"), ("same", "Write to us.")]
    assert became == [("same", "You can return it. "), ("new", "The refund takes 5 days.\n"), ("same", "Write to us.")]


def test_no_word_is_lost_in_any_script() -> None:
    for text in ("", "no end", "一个。两个！三", "a\n\nb", "1. one\n2. two", "... ?! ", "\n"):
        was, became = sentences_between(text, "other. " + text)
        assert "".join(piece for _, piece in was) == text
        assert "".join(piece for _, piece in became) == "other. " + text
