"""Hebrew and Arabic that a PDF draws backwards are read forwards, and what is in order stays."""

from __future__ import annotations

import re

import pytest

from backend.knowledge.intake.formats.right_to_left import in_reading_order

TEXTS = ["שלום לכם (30 ימים) ומחיר 19.90 € ב-Shop", "الشحن مجاني خلال 30 يوما في المدينة"]


def drawn(text: str) -> str:
    kept = re.sub(r"[A-Za-z0-9.,€]+", lambda found: found[0][::-1], text)
    return kept[::-1].translate(str.maketrans("()", ")("))


@pytest.mark.parametrize("text", TEXTS)
def test_a_line_that_is_drawn_backwards_is_read_forwards(text: str) -> None:
    assert in_reading_order([drawn(text), "Page 3"]) == (text, "Page 3")


@pytest.mark.parametrize("text", [*TEXTS, "From 9 to 5", ""])
def test_a_line_that_is_in_order_is_not_turned(text: str) -> None:
    assert in_reading_order([text]) == (text,)


def test_letters_in_their_shapes_are_letters() -> None:
    assert in_reading_order(["\ufeb3\ufefc\ufee1"]) == ("سلام",)
