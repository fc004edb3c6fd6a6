"""Markdown is cut into blocks, and blocks into sentences."""

from __future__ import annotations

from backend.domain.knowledge import Document
from backend.knowledge.index.blocks import split_sentences
from backend.knowledge.index.passages import cut_document


def page(text: str, title: str = "Visit us") -> Document:
    return Document("visit.md", title, "", text)


def test_code_keeps_its_lines_and_what_looks_like_a_heading_in_it_is_none() -> None:
    [cutting] = cut_document(page("Run:\n\n```sh\n# not a heading\n  make run\n```"))
    assert cutting.text == "Run:\n\n```sh\n# not a heading\n  make run\n```"


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    assert split_sentences("Bring papers, e.g. Your passport. Come early.") == [
        "Bring papers, e.g. Your passport.",
        "Come early.",
    ]
