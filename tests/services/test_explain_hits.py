"""Why a passage was found is told in the question's own words, and shown where they stand."""

from __future__ import annotations

import pytest

from backend.domain.knowledge import Hit, Passage
from backend.services.explain_hits import EXCERPT, Explained, explain_hits

RETURNS = "You have bought a tent. It may be returned within 30 days. We refund what you paid for it."
LONG = f"{'Our shop is open every day. ' * 30}Refunds take five days. {'Ask us at the counter. ' * 30}"


def hit(text: str, score: float = 1.0, title: str = "Returns") -> Hit:
    return Hit(Passage(1, "returns.md", title, "", "", text), score)


def marked(found: Explained) -> list[str]:
    return [part.text for part in found.excerpt if part.is_shared]


def test_the_questions_words_are_named_as_they_were_written_in_whatever_form_the_passage_has_them() -> None:
    (found,) = explain_hits("Can I get refunds for tents?", [hit(RETURNS)], "en")
    assert found.shared == ["refunds", "tents"]
    assert marked(found) == ["tent", "refund"]
    assert "".join(part.text for part in found.excerpt) == RETURNS


def test_a_word_of_the_title_counts_and_nothing_shared_is_told_as_nothing() -> None:
    title_alone, neither = explain_hits("returns", [hit("It takes 30 days.", 2.0), hit("A tent.", 1.0, "Tents")], "en")
    assert (title_alone.shared, marked(title_alone)) == (["returns"], [])
    assert (neither.shared, marked(neither)) == ([], [])


def test_the_fit_is_told_beside_the_best() -> None:
    found = explain_hits("refund", [hit(RETURNS, 8.0), hit(RETURNS, 6.0), hit(RETURNS, 5.9)], "en")
    assert [each.fit for each in found] == ["best", "near", "weak"]
    assert explain_hits("refund", [], "en") == []


def test_marks_of_markdown_are_left_out() -> None:
    (found,) = explain_hits("refund", [hit("## Money\n\n- **Refund:** in `5` days")], "en")
    assert "".join(part.text for part in found.excerpt) == "Money - Refund: in 5 days"


def test_of_a_long_passage_the_place_is_shown_where_the_words_stand() -> None:
    (found,) = explain_hits("refund", [hit(LONG)], "en")
    text = "".join(part.text for part in found.excerpt)
    assert text.startswith("…")
    assert text.endswith("…")
    assert "Refunds take five days." in text
    assert len(text) <= EXCERPT + 2


@pytest.mark.parametrize(
    ("question", "text", "language", "shared"),
    [
        ("退货需要多久?", "退货需要三十天。", "zh", "退货"),
        ("Wie lange dauert die Rückgabe?", "Die Rückgabe dauert 30 Tage.", "de", "Rückgabe"),
        ("كم يستغرق الإرجاع؟", "الإرجاع يستغرق 30 يوما.", "ar", "الإرجاع"),
    ],
)
def test_words_of_every_script_are_found(question: str, text: str, language: str, shared: str) -> None:
    (found,) = explain_hits(question, [hit(text)], language)
    assert shared in found.shared
    assert marked(found)
