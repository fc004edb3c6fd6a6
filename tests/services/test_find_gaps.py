"""Questions that went badly are put together by what they ask, and strangers are kept apart."""

from __future__ import annotations

import gc
import itertools
import time
from datetime import UTC, datetime

from backend.domain.trace import BadTurn
from backend.services.find_gaps import group_alike

NOW = datetime.now(UTC)


def grouped(*questions: tuple[str, str]) -> list[list[str]]:
    turns = [BadTurn(str(n), question, page, NOW, is_disliked=False) for n, (question, page) in enumerate(questions)]
    return sorted(sorted(turn.question for turn in group.turns) for group in group_alike(turns, "en"))


def test_alike_questions_stand_together_and_others_alone() -> None:
    assert grouped(
        ("Do you ship to Norway?", ""),
        ("Can you ship packages to Norway?", ""),
        ("Is there a student discount?", ""),
    ) == [
        ["Can you ship packages to Norway?", "Do you ship to Norway?"],
        ["Is there a student discount?"],
    ]


def test_one_page_found_first_holds_looser_questions_together() -> None:
    questions = ("repair of jackets", "jacket zip broken, repair shop")
    assert len(grouped(*((each, "repairs.md") for each in questions))) == 1
    assert len(grouped((questions[0], "repairs.md"), (questions[1], "shipping.md"))) == 2


def test_a_question_without_words_is_alone_with_its_like() -> None:
    assert grouped(("???", ""), ("???", ""), ("!!!", "")) == [["!!!"], ["???", "???"]]


def test_twice_the_questions_are_about_twice_the_work() -> None:
    runs = itertools.count()

    def took(count: int) -> float:
        new = next(runs)  # words that no run before has made known
        turns = [
            BadTurn(str(n), f"word{new}x{n % 97} thing{new}x{n % 89} matter{new}x{n}", "", NOW, is_disliked=False)
            for n in range(count)
        ]
        gc.disable()  # how much else this process holds is none of this test's business
        began = time.thread_time()
        group_alike(turns, "en")
        took_s = time.thread_time() - began
        gc.enable()
        return took_s

    assert min(took(1_000) for _ in range(3)) <= 3 * max(min(took(500) for _ in range(3)), 0.001)
