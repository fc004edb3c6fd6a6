"""Cards and bank accounts, known by their check digits and by who issues them.

One number in ten passes the cards' check digit by chance, so a card also needs an issuer's beginning and length, and a
number that the words before call an order is none, unless it is written in a card's groups or called a card.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from backend.domain.findings import Finding
from backend.domain.toml import read_toml
from backend.turn.ingress.personal_data.context import digit_runs, is_numbering, spans_of, stands_near, words_for

TABLE = read_toml(Path(__file__).with_name("payments.toml"))
CARD_WORD = words_for("card")
CARD_LENGTHS = tuple(range(12, 20))
ISSUERS = tuple((row["from"], row["to"], tuple(row["lengths"])) for row in TABLE["issuers"])
USUAL_LENGTHS = tuple(TABLE["usual_lengths"])
CARD_GROUPS = {tuple(groups) for groups in TABLE["groups"]}
IBAN_LENGTHS: Mapping[str, int] = TABLE["iban"]
DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[ .\-]?\d[ .\-]?\d")


def find_cards(text: str) -> Iterator[Finding]:
    """Yield the payment cards of a plain text."""
    for groups in digit_runs(text, least=12):
        taken = -1
        for first, last in sorted(spans_of(groups, CARD_LENGTHS), key=lambda span: (span[0], -span[1])):
            if first > taken and (score := _card_score(text, groups[first : last + 1])):
                yield Finding("CREDIT_CARD", groups[first][0], groups[last][1], score)
                taken = last


def _card_score(text: str, groups: Sequence[tuple[int, int]]) -> float:
    """Return how sure it is that these groups are a card; 0 where they are none."""
    start, end = groups[0][0], groups[-1][1]
    if _touches_a_word(text, start, end):
        return 0.0
    digits = "".join(text[begin:stop] for begin, stop in groups)
    if not passes_luhn(digits) or len(set(digits)) < 2:
        return 0.0
    is_called_card = stands_near(CARD_WORD, text, start, end)
    is_grouped = tuple(stop - begin for begin, stop in groups) in CARD_GROUPS
    has_issuer = any(low <= digits[: len(low)] <= high and len(digits) in lengths for low, high, lengths in ISSUERS)
    if is_called_card and (has_issuer or is_grouped):
        return 0.95
    if not has_issuer:
        return 0.6 if is_called_card and not is_numbering(text, start) and len(digits) >= 15 else 0.0
    if is_grouped:
        return 0.9
    return 0.0 if is_numbering(text, start) or len(digits) not in USUAL_LENGTHS else 0.6


def passes_luhn(digits: str) -> bool:
    numbers = [ord(digit) - 48 for digit in reversed(digits)]
    return (sum(numbers[::2]) + sum(DOUBLED[number] for number in numbers[1::2])) % 10 == 0


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
