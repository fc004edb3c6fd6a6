"""No text keeps an expression busy: what each costs grows with its text and not faster, whatever is in it."""

from __future__ import annotations

import pytest

from tests.tools.expressions.finding import Expression, expressions_of, modules_of, put_together_in
from tests.tools.expressions.timing import MOST, worst_growth

ROOMS = ("backend.turn.ingress", "backend.turn.egress", "backend.turn.answering", "backend.knowledge")
FOUND = expressions_of(*ROOMS)


def test_the_expressions_of_all_rooms_are_found() -> None:
    assert len(FOUND) > 300
    assert {"ingress", "egress", "intake"} <= {part for each in FOUND for part in each.where.split(".")}


@pytest.mark.parametrize("expression", FOUND, ids=lambda each: each.where)
def test_twice_the_text_is_twice_the_work(expression: Expression) -> None:
    worst = worst_growth(expression)
    assert worst.ratio <= MOST, (
        f"{worst.ratio:.2f} times for twice the text, made of {worst.pieces!r}: {expression.source}"
    )


def test_no_expression_is_put_together_while_a_text_is_read() -> None:
    assert [place for room in ROOMS for module in modules_of(room) for place in put_together_in(module)] == []
