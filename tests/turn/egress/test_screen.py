"""What is forbidden never leaves, however the text is cut; everything else arrives whole and soon."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.turn.egress.screen import Cards, Links, Screen, Secrets

CARD = "4111 1111 1111 1111"
KEY = "sk-ant-api03-abcdefghijklmnop"
PHRASES = {
    "dk-0123456789": "canary",
    "the secret sauce": "phrase",
    "secret": "phrase",
    "she": "phrase",
    "hers": "phrase",
}
WATCHES = (Cards(), Secrets(), Links(("larkmoor.example",)))
FORBIDDEN = (
    *PHRASES,
    CARD,
    "4111111111111111",
    "3782-822463-10005",
    KEY,
    "AKIAABCDEFGHIJKLMNOP",
    "https://evil.example/?q",
)
HARMLESS = (
    "sk-ant-short ", "ret", "4", "-", ".",
    "Within 60 days of ", "delivery, ", "the sec", "dk-01234", "4111 1111 1111 1112", "order 4929", "sk-",
    "AKI", "https://larkmoor.example/returns ", "http", "h", " ", "\n", "She", "İ", "1 2 3 4 5 6 ",
    "https://help.larkmoor.example", "0" * 30, "(", ")",
)  # fmt: skip


def screened(pieces: list[str]) -> tuple[str, str | None]:
    screen = Screen(PHRASES, WATCHES)
    out = "".join([*map(screen.let_through, pieces), screen.end()])
    return out, screen.caught


def cut(text: str, seed: int, most: int) -> list[str]:
    chance, pieces = random.Random(seed), []
    while text:
        size = chance.randint(1, most)
        pieces.append(text[:size])
        text = text[size:]
    return pieces


@given(
    st.lists(st.sampled_from([*FORBIDDEN, *HARMLESS]), max_size=8).map("".join),
    st.integers(0, 9999),
    st.sampled_from([1, 2, 5, 17]),
)
def test_however_a_text_is_cut_the_same_goes_out_and_nothing_forbidden(text: str, seed: int, most: int) -> None:
    whole = screened([text])
    assert screened(cut(text, seed, most)) == whole
    out, caught = whole
    assert text.startswith(out)
    assert caught is not None or out == text
    assert screened([out])[1] is None or caught is None


@pytest.mark.parametrize("thing", FORBIDDEN)
def test_a_forbidden_thing_is_cut_out_at_its_first_character(thing: str) -> None:
    for before in ("Say: ", "", "4 times: "):
        out, caught = screened(list(f"{before}{thing} and more"))
        assert caught is not None
        assert out == before


@pytest.mark.parametrize(
    "text",
    [
        "Order 4929123456781234 is on its way.",
        "Call +61 2 9999 1234, weekdays 9-17.",
        "See https://larkmoor.example/a and https://help.larkmoor.example.",
        "The key begins with sk-ant- and goes on.",
        "4111 1111 1111 1112 is no card",
    ],
)
def test_what_only_looks_alike_goes_out(text: str) -> None:
    assert screened(list(text)) == (text, None)


def test_words_go_out_as_soon_as_they_can_be_nothing_else() -> None:
    screen = Screen(PHRASES, WATCHES)
    assert screen.let_through("Within 60") == "Within "
    assert screen.let_through(" days, t") == "60 days, "
    assert screen.let_through("oday") == "today"
    assert screen.end() == ""


def test_hundreds_of_phrases_are_looked_for_in_one_walk() -> None:
    phrases = {f"phrase number {number} of many": "phrase" for number in range(500)}
    screen = Screen(phrases)
    assert screen.let_through("a phrase number 77 of many") == "a "
    assert screen.caught == "phrase"
