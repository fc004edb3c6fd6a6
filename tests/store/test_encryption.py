"""Encryption at rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.store.encryption import CannotOpen, Cipher, Place, new_key

PLACE = Place("7", "turn", "t1", "question_sealed")


@pytest.mark.parametrize("text", ["", "a", "Where is my parcel? 🚚", "half an emoji \ud83d", "x" * 100_000])
def test_what_was_sealed_opens_again(text: str) -> None:
    cipher = Cipher(new_key())

    assert cipher.open_text(cipher.seal_text(text, PLACE), PLACE) == text


def test_the_same_question_never_looks_the_same_twice() -> None:
    cipher = Cipher(new_key())

    assert cipher.seal_text("Hello", PLACE) != cipher.seal_text("Hello", PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, site="8"),
        replace(PLACE, table="feedback"),
        replace(PLACE, row="t2"),
        replace(PLACE, column="reply_sealed"),
    ],
)
def test_a_text_that_was_moved_does_not_open(elsewhere: Place) -> None:
    cipher = Cipher(new_key())
    sealed = cipher.seal_text("Hello", PLACE)

    with pytest.raises(CannotOpen):
        cipher.open_text(sealed, elsewhere)


def test_another_key_does_not_open_it() -> None:
    sealed = Cipher(new_key()).seal_text("Hello", PLACE)

    with pytest.raises(CannotOpen):
        Cipher(new_key()).open_text(sealed, PLACE)


def test_the_number_of_its_key_stands_in_front() -> None:
    key = new_key()
    sealed = Cipher(key, number=2).seal_text("Hello", PLACE)

    assert sealed[0] == 2
    with pytest.raises(CannotOpen, match="key 1"):
        Cipher(key, number=1).open_text(sealed, PLACE)


def test_a_changed_or_shortened_text_does_not_open() -> None:
    cipher = Cipher(new_key())
    sealed = cipher.seal_text("Hello", PLACE)

    for cut in range(len(sealed)):
        with pytest.raises(CannotOpen):
            cipher.open_text(sealed[:cut], PLACE)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(CannotOpen):
            cipher.open_text(bytes(changed), PLACE)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Cipher(b"k" * length)


def test_the_error_names_the_place_and_never_the_words() -> None:
    sealed = Cipher(new_key()).seal_text("my secret words", PLACE)

    with pytest.raises(CannotOpen) as refused:
        Cipher(new_key()).open_text(sealed, PLACE)

    assert "t1" in str(refused.value)
    assert "secret" not in str(refused.value)
