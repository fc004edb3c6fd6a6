"""How a document is cut: nothing is lost, and nothing is cut through what belongs together."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.knowledge import Document
from backend.knowledge.index.passages import TARGET_CHARACTERS, cut_document

LINES = st.lists(
    st.sampled_from(
        [
            "# Opening hours",
            "## Parking",
            "A sentence. Another one, e.g. this!",
            "To park:",
            "1. Drive in.",
            "   Mind the gate.",
            "- Cars",
            "| day | hours |",
            "|---|---|",
            "| Mon | 9-17 |",
            "```",
            "make run",
            "",
            "Hours",
            "-----",
            "***",
            "x" * 950,
        ]
    ),
    max_size=40,
)


def page(text: str, title: str = "Visit us") -> Document:
    return Document("visit.md", title, "", text)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@given(LINES)
def test_no_word_of_a_page_is_lost_when_it_is_cut(lines: list[str]) -> None:
    text = "\n".join(lines)
    kept = {word for cutting in cut_document(page(text)) for word in words(f"{cutting.heading} {cutting.text}")}
    assert set(words(text)) <= kept


@given(st.text(max_size=400))
def test_any_text_at_all_can_be_cut(text: str) -> None:
    assert cut_document(page(text))


def test_passages_are_of_a_size_that_can_be_read() -> None:
    text = "\n\n".join(f"Sentence number {n} says something about parking on our grounds." for n in range(100))
    cuttings = cut_document(page(text))
    assert all(len(cutting.text) <= TARGET_CHARACTERS * 1.1 for cutting in cuttings)
    assert len(cuttings) > 5


def test_a_list_item_is_never_cut_and_keeps_its_further_lines() -> None:
    items = [f"{n}. Step {n} " + "goes on and on " * 10 + f"\n   Tip: mind step {n}." for n in range(1, 21)]
    text = "\n".join(items)
    joined = "\n".join(cutting.text for cutting in cut_document(page(text)))
    for item in items:
        assert "\n".join(line.rstrip() for line in item.split("\n")) in joined


def test_a_sentence_that_leads_in_to_steps_stays_with_them() -> None:
    text = "Words about parking. " * 42 + "\n\nTo park your car:\n\n1. Drive in.\n2. Stop."
    last = cut_document(page(text))[-1].text
    assert last.startswith("To park your car:")
    assert "2. Stop." in last


def test_a_table_that_goes_on_repeats_its_head() -> None:
    rows = "\n".join(f"| day {n} | from nine in the morning until five in the afternoon |" for n in range(40))
    cuttings = cut_document(page(f"| day | hours |\n|---|---|\n{rows}"))
    assert len(cuttings) > 1
    assert all(cutting.text.startswith("| day | hours |\n|---|---|") for cutting in cuttings)


def test_a_passage_knows_the_headings_above_it_but_not_the_title_again() -> None:
    text = "# Visit us\n\nIntro.\n\n## Getting here\n\nHow.\n\n### By car\n\nPark.\n\n## Food\n\nEat."
    assert [(cutting.heading, cutting.text) for cutting in cut_document(page(text))] == [
        ("", "Intro."),
        ("Getting here", "How."),
        ("Getting here > By car", "Park."),
        ("Food", "Eat."),
    ]


def test_a_page_without_text_is_still_found_by_its_title() -> None:
    assert [cutting.text for cutting in cut_document(page("", "Opening hours"))] == ["Opening hours"]


@pytest.mark.parametrize(
    "text",
    [
        "Q: Who pays for\nthe postage?\nA: We do.\n\nQ: When?\nA: At once.",
        "**Q1:** Who pays for the postage?\n\n**A1:** We do.\n\n**Q2:** When?\n\n**A2:** At once.",
        "**Who pays for the postage?**\n\nWe do.\n\n**When?**\nAt once.",
        "### Who pays for the postage?\n\nWe do.\n\n### When?\n\nAt once.",
        "Question: Who pays for the postage?\nAnswer: We do.\nQuestion: When?\nAnswer: At once.",
    ],
)
def test_a_question_stands_alone_with_its_answer(text: str) -> None:
    cuttings = cut_document(page(f"# Postage\n\n{text}", title="Postage"))
    assert [(cutting.heading, cutting.text) for cutting in cuttings] == [
        ("Who pays for the postage?", "We do."),
        ("When?", "At once."),
    ]


def test_a_letter_in_a_list_of_letters_is_no_question() -> None:
    text = "Q: is the key for quitting.\n\nR: is the key for reading."
    assert [cutting.text for cutting in cut_document(page(text))] == [text]


def test_a_heading_without_text_can_be_found() -> None:
    cuttings = cut_document(page("# Visit us\n\n## Parking\n\n## By train\n\nTake line 5."))
    assert [cutting.text for cutting in cuttings] == ["Parking", "Take line 5."]


def test_a_sentence_without_an_end_is_cut_between_words() -> None:
    text = ", ".join(f"place number {n}" for n in range(400))
    cuttings = cut_document(page(text))
    assert all(len(cutting.text) <= 1_300 for cutting in cuttings)
    assert " ".join(cutting.text for cutting in cuttings) == text
