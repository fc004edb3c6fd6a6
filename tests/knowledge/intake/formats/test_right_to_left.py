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


# What a browser's PDF of a text gives, run by run from the left, and the text.
RUNS = [
    (
        ["או", 'ש"ח, ראו9.90 יום )כולל אופניים(. המחיר הוא30 אפשר להחזיר בתוך', ".a@shop.example כתבו אל"],
        ["או", 'אפשר להחזיר בתוך 30 יום (כולל אופניים). המחיר הוא 9.90 ש"ח, ראו', "כתבו אל a@shop.example."],
    ),
    ([". אם הנייר נתקעUse code E-04", "15 סך הכל"], ["Use code E-04 אם הנייר נתקע.", "סך הכל 15"]),
    (
        ["یورو است.۰۹٫۹ روز پس بفرستید. هزینه آن۰۳شما هر کالا را ظرف"],
        ["شما هر کالا را ظرف ۳۰ روز پس بفرستید. هزینه آن ۹٫۹۰ یورو است."],
    ),
    (
        [".17:00–09:00 שעות הפתיחה", ".( )לפני מס€20 במחירHP-1040/B הזמינו"],
        ["שעות הפתיחה 09:00–17:00.", "הזמינו HP-1040/B במחיר €20 (לפני מס)."],
    ),
]


@pytest.mark.parametrize(("drawn_from_the_left", "text"), RUNS)
def test_runs_that_stand_as_they_are_drawn_are_read_from_the_right(
    drawn_from_the_left: list[str], text: list[str]
) -> None:
    assert in_reading_order(drawn_from_the_left) == tuple(text)


def test_mixed_lines_that_are_in_order_are_not_turned() -> None:
    lines = ["הזמינו HP-1040/B במחיר €20 (לפני מס).", "Use E-04 אם הנייר נתקע.", "السعر 9.90 يورو (مع الضريبة)."]
    assert in_reading_order(lines) == tuple(lines)
