"""Phone numbers: a shape that a phone number has, or words beside it that say so; libphonenumber has a vote.

Scanning with libphonenumber once for each region costs ten times as much and finds less: most numbers are written in a
national form, and which nation's is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from backend.domain.findings import Finding
from backend.turn.ingress.personal_data.context import is_numbering, stands_near, words_for

CANDIDATE = re.compile(
    r"(?<![\w.,:/#$€£@=\-])(?:\+|\(\+?)?\d[\d \t().\-/]{4,20}\d"
    r"(?:\s?(?:x|ext\.?|extension)\s?\d{1,5})?(?![\w@%]|[.,]\d)",
    re.IGNORECASE,
)
EXTENSION = re.compile(r"\s?(?:x|ext)[a-z. ]*\d+$", re.IGNORECASE)
NOT_A_PHONE = re.compile(
    r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}(?:[ T.]+\d{1,2}.*)?"  # a date, perhaps with a time
    r"|\d{1,5}\s*[-/]\s*\d{1,5}"  # a range
    r"|\d{1,3}(?:\.\d{1,3}){2,}"  # a version or a network address
    r"|\d{4}-\d{4,7}|\d{1,3}(?:[. ]\d{3})+"  # a numbered report; thousands
    r"|(?:\d ?\. ?\.+ ?)+.*|\d+\.\d+"
)
SEPARATOR = re.compile(r"\D+")
QUAD = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
NORTH_AMERICAN = re.compile(r"(?:\+?1|00-?1)?[ .\-]?(?:\(\d{3}\)[ .\-]?|\d{3}[.\- ])\d{3}[.\- ]\d{4}")
TRUNK = re.compile(r"\(?0[1-9]\d?\d?\d?\)?[ \-./]?\d[\d \-./]{4,10}\d")
PHONE_WORD = words_for("phone")
REGIONS = ("US", "AU", "GB", "NZ", "IN", "DE", "FR", "IT", "ES", "NL", "SE", "PH", "TR", "BR", "JP", "ZA", "SG", "CN")
FEWEST, MOST = 6, 15


def find_phones(text: str) -> Iterator[Finding]:
    """Yield the phone numbers of a plain text."""
    for candidate in CANDIDATE.finditer(text):
        score = _score(text, candidate)
        if score:
            yield Finding("PHONE_NUMBER", candidate.start(), candidate.end(), score)


def _score(text: str, candidate: re.Match[str]) -> float:
    """Return how sure it is that this is a phone number; 0 where it is none."""
    shown = EXTENSION.sub("", candidate.group())
    digits = re.sub(r"\D", "", shown)
    if not FEWEST <= len(digits) <= MOST or len(set(digits)) < 2 or digits.startswith("000"):
        return 0.0
    if shown.count("(") != shown.count(")"):
        return 0.0
    is_called_phone = stands_near(PHONE_WORD, text, candidate.start(), candidate.end(), left=50, right=20)
    if shown.startswith(("+", "(+")) and is_possible(f"+{digits}"):
        return 0.85
    if digits.startswith("00") and is_valid(f"+{digits[2:]}"):
        return 0.85
    if is_numbering(text, candidate.start()) and not _is_called_close(text, candidate):
        return 0.0
    if NORTH_AMERICAN.fullmatch(shown):
        return 0.75
    if TRUNK.fullmatch(shown) and 9 <= len(digits) <= 12 and not _is_date(shown):
        return 0.75 if is_called_phone or is_valid_somewhere(digits) else 0.0
    is_alone = candidate.group() == text.strip()
    if is_alone and len(SEPARATOR.findall(shown)) >= 3 and not QUAD.fullmatch(shown) and is_valid_somewhere(digits):
        return 0.6
    if not is_called_phone or (NOT_A_PHONE.fullmatch(shown) and not _is_called_close(text, candidate)):
        return 0.0
    if shown.isdigit():
        return 0.6 if len(digits) >= 8 and _is_called_close(text, candidate) else 0.0
    return 0.6


CLOSE = re.compile(
    r"(?:phone|tel|telephone|mobile|cell|fax|call(?: me| us)?(?: on| at)?|text(?: me)?(?: on| at)?|answering at"
    r"|reach\w* (?:me|us)?(?: on| at)?|messages to|registered|whatsapp|telepono|telefono?|number)"
    r"(?: number| no\.?| nr\.?)?(?: is| to| on| at)?"
    r"\s*[:\-]*\s*$|\b(?:office|fax|mobile)\s*$",
    re.IGNORECASE,
)


CLOSE_BEHIND = re.compile(r"\s*\(?(?:office|fax|mobile|phone|tel|cell)\b", re.IGNORECASE)


def _is_called_close(text: str, candidate: re.Match[str]) -> bool:
    before = CLOSE.search(text, max(0, candidate.start() - 40), candidate.start())
    return bool(before or CLOSE_BEHIND.match(text, candidate.end()))


def _is_date(shown: str) -> bool:
    return bool(re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*", shown))


@lru_cache(maxsize=4096)
def is_possible(number: str) -> bool:
    """Tell whether a number with its country's code has a length that exists there."""
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=4096)
def is_valid(number: str, region: str | None = None) -> bool:
    """Tell whether such a number is given out in the region, or in the country whose code it has."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def is_valid_somewhere(digits: str) -> bool:
    return any(is_valid(digits, region) for region in REGIONS)
