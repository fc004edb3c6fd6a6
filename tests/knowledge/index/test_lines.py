"""Lines of an address stay lines, wrapped prose becomes one text."""

from __future__ import annotations

import pytest

from backend.knowledge.index.blocks import split_blocks
from backend.knowledge.index.lines import join_lines


@pytest.mark.parametrize(
    "text",
    [
        "Bicycle shop\nMain Street 5\n1010 Vienna",
        "Mon-Fri: 9-18\nSat: 10-14\nSun: closed",
        "FX-77;Widget;231,50\nFX-78;Gadget with a long description in the middle of the row;17,00",
        "E01 | no paper\nE02 | door is open",
        "name    price\nbread    2.50",
        "Phone: +43 1 555\nE-mail: shop@shop.example",
    ],
)
def test_lines_of_their_own_stay_lines(text: str) -> None:
    assert join_lines(text.split("\n")) == text.split("\n")
    (block,) = split_blocks(text)
    assert [" ".join(line.split()) for line in text.split("\n")] == block.text.split("\n")


@pytest.mark.parametrize(
    "text",
    [
        "You may return anything that you bought within\nthirty days. Bring the receipt to any\nof our shops.",
        "When you return a bike,\nplease bring the receipt.",
        "Bring it to the\nShop in Vienna.",
        "Das Paket geht an die\nFiliale in Wien.",
    ],
)
def test_wrapped_prose_is_one_text(text: str) -> None:
    assert join_lines(text.split("\n")) == [" ".join(text.split("\n"))]


def test_a_line_that_ends_in_two_spaces_ends_there() -> None:
    assert join_lines(["a long", "line  ", "and another\\", "one"]) == ["a long line", "and another", "one"]
