"""How sure an answer from pages says that it is: never between "in doubt" and "sure", and by signals that tell."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backend.domain.knowledge import Found, Hit, Passage, Quote
from backend.providers.embedded_chance import TOLD, chance_of, is_in_doubt, is_worth_saying

Case = tuple[Found, Quote]


def case(
    found: float = 0.9,
    covers: float = 0.9,
    behind: float = 0.3,
    text: str = "It takes 3 days.",
    *,
    read_as: str = "",
    lacks_steps: bool = False,
    mention: float = 0.0,
) -> Case:
    """Return what a search found, the second page so far behind, and a quotation of the first page."""
    pages = [Passage(number, f"{number}.md", "Delivery", "", "", text) for number in (1, 2)]
    hits = (Hit(pages[0], 10.0), Hit(pages[1], 10.0 * (1 - behind)))
    return Found(hits, found, read_as=read_as), Quote(text, ("1.md",), covers, lacks_steps=lacks_steps, mention=mention)


@pytest.mark.parametrize(
    ("surer", "less_sure"),
    [
        (case(found=0.95), case(found=0.6)),
        (case(covers=0.95), case(covers=0.6)),
        (case(behind=0.6), case(behind=0.0)),
        (case(), case(lacks_steps=True)),
        (case(), case(mention=0.5)),
        (case(read_as="What about parcels?\nHow long does it take?"), case()),
    ],
    ids=[
        "found surely",
        "covered",
        "far ahead",
        "with its steps",
        "no mere mention",
        "leaning, which makes the search too modest",
    ],
)
def test_what_tells_of_a_right_answer_makes_it_surer(surer: Case, less_sure: Case) -> None:
    assert chance_of(*surer) > chance_of(*less_sure)


@pytest.mark.parametrize("signal", [lambda n: case(found=n), lambda n: case(covers=n), lambda n: case(behind=n)])
def test_more_of_a_signal_never_makes_an_answer_less_sure(signal: Callable[[float], Case]) -> None:
    chances = [chance_of(*signal(step / 50)) for step in range(51)]
    assert chances == sorted(chances)
    assert chances[0] < chances[-1] <= TOLD["most"]


def test_an_answer_is_told_as_in_doubt_or_as_surely_more_often_right_than_wrong() -> None:
    """Who compares with a half, as the widget and the queue of staff do, sees every doubt."""
    told = {chance_of(*case(found / 40, covers / 40)) for found in range(41) for covers in range(41)}
    assert {chance for chance in told if is_in_doubt(chance)} == {chance for chance in told if chance < 0.5}
    assert not [chance for chance in told if 0.5 <= chance < TOLD["in_doubt_below"]]


@pytest.mark.parametrize(
    ("asked", "is_said"),
    [
        (case(), True),
        (case(found=0.0), False),
        (case(covers=0.0), False),
        (case(text=""), False),
        (case(found=0.2, covers=0.5, behind=0.05), False),
        (case(found=0.4, covers=0.5, behind=0.05, read_as="And how long?\nDelivery"), True),
    ],
)
def test_only_what_most_likely_answers_is_said(asked: Case, is_said: bool) -> None:
    assert is_worth_saying(*asked) is is_said


def test_where_nothing_was_found_there_is_no_chance() -> None:
    assert chance_of(Found((), 0.0), Quote("", (), 0.0)) == 0.0
