"""Cards and bank accounts, known by their check digits and by who issues them.

One number in ten passes the cards' check digit by chance, so a card also needs an issuer's beginning and length, and a
number that the words before call an order is none, unless it is written in a card's groups or called a card.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from backend.domain.findings import Finding
from backend.domain.toml import read_toml
from backend.turn.ingress.personal_data.context import OURS_WORD, Words, digit_runs, is_numbering, words_for

TABLE = read_toml(Path(__file__).with_name("payments.toml"))
CARD_WORD = words_for("card")
FEWEST_DIGITS, MOST_DIGITS = 12, 19
CALLED_LENGTHS = tuple(range(MOST_DIGITS, 14, -1))  # of a number that is called a card, whoever issues it
ISSUERS = tuple((row["from"], row["to"], tuple(row["lengths"])) for row in TABLE["issuers"])
USUAL_LENGTHS = tuple(TABLE["usual_lengths"])
CARD_GROUPS = {tuple(groups) for groups in TABLE["groups"]}
IBAN_LENGTHS: Mapping[str, int] = TABLE["iban"]
DOUBLED = bytes.maketrans(b"0123456789", bytes([48, 50, 52, 54, 56, 49, 51, 53, 55, 57]))
ZERO = ord("0")

IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[ .\-]?\d[ .\-]?\d")


def find_cards(text: str) -> Iterator[Finding]:
    """Yield the payment cards of a plain text."""
    runs = list(digit_runs(text, least=FEWEST_DIGITS))
    words, numbering = Words(CARD_WORD, text if runs else ""), Words(OURS_WORD, text if runs else "")
    for groups in runs:
        yield from _cards_of_run(text, groups, words, numbering)


def _cards_of_run(text: str, groups: Sequence[tuple[int, int]], words: Words, numbering: Words) -> Iterator[Finding]:
    """Yield the cards among neighbouring groups of digits; of those that begin alike the longest."""
    digits = "".join([text[begin:stop] for begin, stop in groups])
    starts = list(accumulate((stop - begin for begin, stop in groups), initial=0))
    group_at = {place: number for number, place in enumerate(starts)}
    passes = luhn_of(digits)
    taken = -1
    for first, place in enumerate(starts[:-1]):
        if first <= taken:
            continue
        for length in _lengths_of(digits[place : place + 4], is_called=words.are_near(*groups[first])):
            after = group_at.get(place + length)
            if after is None or not passes(place, place + length):
                continue
            if score := _card_score(text, groups[first:after], digits[place : place + length], words, numbering):
                yield Finding("CREDIT_CARD", groups[first][0], groups[after - 1][1], score)
                taken = after - 1
                break


@lru_cache(maxsize=20_000)
def _lengths_of(beginning: str, *, is_called: bool) -> tuple[int, ...]:
    """Return how long a card with this beginning may be, the longest first."""
    issued = {length for low, high, lengths in ISSUERS if low <= beginning[: len(low)] <= high for length in lengths}
    return tuple(sorted(issued.union(CALLED_LENGTHS if is_called else ()), reverse=True))


def _card_score(text: str, groups: Sequence[tuple[int, int]], digits: str, words: Words, numbering: Words) -> float:
    """Return how sure it is that these groups, whose check digit is right, are a card; 0 where they are none."""
    start, end = groups[0][0], groups[-1][1]
    if _touches_a_word(text, start, end) or len(set(digits)) < 2:
        return 0.0
    is_called_card = words.are_near(start, end)
    is_grouped = tuple(stop - begin for begin, stop in groups) in CARD_GROUPS
    has_issuer = any(low <= digits[: len(low)] <= high and len(digits) in lengths for low, high, lengths in ISSUERS)
    if is_called_card and (has_issuer or is_grouped):
        return 0.95
    if not has_issuer:
        return 0.6 if is_called_card and not is_numbering(text, start, numbering) and len(digits) >= 15 else 0.0
    if is_grouped:
        return 0.9
    return 0.0 if is_numbering(text, start, numbering) or len(digits) not in USUAL_LENGTHS else 0.6


def luhn_of(digits: str) -> Callable[[int, int], bool]:
    """Return what tells whether the digits from a place up to another have the right check digit: every digit is
    weighed once, in both ways, however many numbers it may belong to."""
    plain = digits.encode("ascii")
    doubled = plain.translate(DOUBLED)
    weighed = [bytearray(plain), bytearray(plain)]
    weighed[0][1::2], weighed[1][0::2] = doubled[1::2], doubled[0::2]
    sums = [list(accumulate(each, initial=0)) for each in weighed]

    def passes(start: int, end: int) -> bool:
        of_this_end = sums[(end - 1) % 2]  # the last digit counts once, the one before it twice
        return (of_this_end[end] - of_this_end[start] - ZERO * (end - start)) % 10 == 0

    return passes


def find_accounts(text: str) -> Iterator[Finding]:
    """Yield the bank accounts (IBAN) of a plain text, by their country's length and their check digits."""
    for start in IBAN_START.finditer(text):
        length = IBAN_LENGTHS.get(start.group()[:2].upper())
        end = length and _end_of_account(text, start.start(), length)
        if end:
            yield Finding("IBAN_CODE", start.start(), end, 1.0)


def _end_of_account(text: str, start: int, length: int) -> int:
    """Return where an account of so many characters ends; 0 where what stands here is none."""
    account, place, gap = "", start, 0
    while place < len(text) and len(account) < length:
        if text[place] in " .-" and gap < 1:
            gap += 1
        elif text[place] in string.ascii_letters + string.digits:
            account, gap = account + text[place].upper(), 0
        else:
            return 0
        place += 1
    if len(account) < length or (place < len(text) and (text[place].isalnum() or text[place] == "_")):
        return 0
    return place if int("".join(str(int(each, 36)) for each in account[4:] + account[:4])) % 97 == 1 else 0


def _touches_a_word(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return before.isalnum() or before == "_" or after.isalnum() or after == "_"
