"""Two texts are compared in words, and two long ones in no more than their length."""

from __future__ import annotations

import time

from backend.knowledge.index import compare_texts


def test_a_changed_word_is_told_within_its_line() -> None:
    assert compare_texts("# Returns\n\nWithin 30 days.\n\nClean.", "# Returns\n\nWithin 60 days.\n\nClean.") == [
        [("same", "Within "), ("was", "30"), ("is", "60"), ("same", " days.")]
    ]


def test_lines_that_came_and_went_stand_alone() -> None:
    assert compare_texts("A\nB", "A\nB\nC") == [[("is", "C")]]
    assert compare_texts("A\nB", "B") == [[("was", "A")]]
    assert compare_texts("A", "A") == []


def test_two_long_texts_cost_what_they_are_long() -> None:
    def took(lines: int) -> float:
        was = "\n".join(f"line {number}" for number in range(lines))
        now = "\n".join(f"other {number}" for number in range(lines))
        began = time.thread_time()
        compare_texts(was, now)
        return time.thread_time() - began

    assert min(took(40_000) for _ in range(3)) <= 4 * max(min(took(20_000) for _ in range(3)), 0.001)
    assert len(compare_texts("\n".join("ab" * 1_000), "\n".join("cd" * 1_000))) == 40
