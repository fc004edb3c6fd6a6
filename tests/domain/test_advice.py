"""Advice that only a professional may give is known by what is asked; a question on a page's own matter is none."""

from __future__ import annotations

import pytest

from backend.domain.advice import Advice, advice_asked


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("my test was positive, what dose of medicine should i take", "medical"),
        ("Should I go on taking my antidepressants?", "medical"),
        ("Darf ich in der Schwangerschaft Ibuprofen nehmen?", "medical"),
        ("Dois-je prendre ce médicament ?", "medical"),
        ("这种药能吃吗", "medical"),
        ("Should I sue my landlord?", "legal"),
        ("¿Debería demandar a mi jefe?", "legal"),
        ("Should I invest my savings in stocks?", "money"),
        ("Стоит ли брать кредит?", "money"),
    ],
)
def test_advice_is_known_in_many_languages(question: str, subject: str) -> None:
    advice = advice_asked(question)
    assert advice is not None
    assert advice.subject == subject


@pytest.mark.parametrize(
    "question",
    [
        "Where do I find the pill box?",
        "Does the shop take crypto?",
        "What should I pack?",
        "Is the court open today?",
        "",
    ],
)
def test_what_names_a_subject_and_seeks_no_advice_is_a_question_like_others(question: str) -> None:
    assert advice_asked(question) is None


def test_the_word_that_names_the_subject_is_told() -> None:
    assert advice_asked("Is it safe to take aspirin?") == Advice("medical", "aspirin")
