"""Labels and paths stand for the titles that they lead to."""

from __future__ import annotations

from backend.knowledge.intake.formats.rst_titles import find_titles


def test_titles_are_found_by_label_and_by_path() -> None:
    text = (
        "Start ``here``\n==============\n\nText.\n\n.. _one:\n.. _Two Words:\n\nNext\n----\n\n.. _lonely:\n\nNo title."
    )
    assert find_titles([("guide/start.rst", text)]) == {
        "one": "Next",
        "two words": "Next",
        "/guide/start": "Start here",
    }
