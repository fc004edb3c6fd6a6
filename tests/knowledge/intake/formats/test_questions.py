"""Labelled questions become headings; what only looks like one is left alone."""

from __future__ import annotations

from backend.knowledge.intake.formats.questions import mark_questions


def test_questions_in_one_paragraph_are_parted() -> None:
    text = "Read this.\nQ: One?\nA: Yes.\nStill yes.\nQ: Two?\nA: No."
    assert list(mark_questions(["## Help", text])) == [
        "## Help", "Read this.", "### One?", "Yes.\nStill yes.", "### Two?", "No."
    ]  # fmt: skip


def test_a_question_is_answered_by_the_next_block() -> None:
    assert list(mark_questions(["**Q: One?**", "A: Yes."])) == ["## One?", "Yes."]


def test_code_and_lists_and_questions_without_an_answer_stay() -> None:
    blocks = ["```\nQ: x?\nA: y\n```", "- Q: x?\n- A: y", "Q: Nobody answers?", "Then this."]
    assert list(mark_questions(blocks)) == blocks
