"""Numbers that nobody gave: each figure of a reply must stand in the pages, the question or the conversation.

1. Two spellings of one value are one number: 1,000.50 and 1000.5, 2026-11-22 and 2026/11/22, 007 and 7.
2. Of a range or a date every part may stand on its own: "3-5 days" is carried by "3 to 5 days".
3. A version is no decimal: 8.5 is carried by 8.5.1 only after the same word.
4. Digits within a word (x64, EN417) make a code, which is no number (`mentions.py`).
5. The marks of a numbered list are no figures, as long as they count: 1, 2, 3.
6. Twelve hours twice and twenty-four are one clock: "5 pm" is carried by 17:00.
7. A number in words is a figure where something is counted by it: "ninety days", and not "the two of them".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from urllib.parse import unquote

from backend.domain.toml import read_toml

PAGES_KEPT = 128  # visitors ask about the same few; what was said in a conversation is never kept
TOKEN = re.compile(r"\d+(?:[.,:/\-_]\d+)*")
WORD = re.compile(r"[^\W_]+")
VERSION_MARK = re.compile(r"(?<![^\W_])v$", re.IGNORECASE)
LIST_MARK = re.compile(r"^[ \t>*#]*(?:[Ss]tep[ \t]+)?(\d{1,3})(?:[.):]|[ \t]*-)(?=[ \t]|\*)", re.MULTILINE)
STEP = re.compile(r"\b[Ss]teps?[ \t]+(\d{1,3})\b")
DASHES = re.compile(r"[\u2010-\u2015\u2212]")
THIN_GAP = re.compile(r"(?<=\d)[\u00a0\u202f' ](?=\d{3}(?!\d))")
ADDRESS = re.compile(r"https?://[^\s)\]>]+")
ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
THOUSANDS_BY_POINT = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")
CENTS = re.compile(r"\d+\.\d\d")
AFTER_NAME = re.compile(r"^\d+[.,:/\-_]?")
BETWEEN = re.compile(r"[-/:_]")
HALF_OF_THE_DAY = re.compile(r"\s?([ap])\.?m\b", re.IGNORECASE)
HOUR = re.compile(r"(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))?")
TABLE = read_toml(Path(__file__).with_suffix(".toml"))
ROWS = [(value, spelled.split()) for words in TABLE["words"].values() for value, spelled in words.items()]
SPELLED: dict[str, str] = {word: value for value, words in ROWS for word in words}


def _plain_words(least: int, most: int) -> str:
    return "|".join(words[0] for value, words in ROWS if least <= int(value) <= most)


BELOW_HUNDRED = rf"(?:(?:{_plain_words(20, 99)})(?:[ -](?:{_plain_words(1, 9)}))?|{_plain_words(1, 19)})"
IN_WORDS = rf"(?:{BELOW_HUNDRED}[ -])?(?:{_plain_words(100, 1000)})(?:[ -](?:and[ -])?{BELOW_HUNDRED})?|{BELOW_HUNDRED}"
NUMBER_IN_WORDS = re.compile(rf"(?<![\w-])(?:{IN_WORDS})(?![\w-])", re.IGNORECASE)
COUNTED = re.compile(
    rf"[ -](?:(?:{'|'.join(TABLE['counted']['between'].split())}) )?"
    rf"(?:{'|'.join((TABLE['counted']['english'] + TABLE['counted']['german']).split())})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is written, the word before it in lower case, and the same number written otherwise."""

    written: str
    before: str = ""
    also: str = ""

    @property
    def ways(self) -> Iterator[str]:
        yield self.written
        if self.also:
            yield self.also


@dataclass(frozen=True, slots=True)
class Carried:
    """What a text gives: numbers in every spelling, and versions by the word before."""

    numbers: frozenset[str]
    versions: frozenset[tuple[str, str]]


def read(text: str) -> Carried:
    clean = cleaned(text)
    numbers = {SPELLED[word] for word in WORD.findall(clean.lower()) if word in SPELLED}
    numbers.update(value_in_words(found.group()) for found in NUMBER_IN_WORDS.finditer(clean))
    versions: set[tuple[str, str]] = set()
    for figure in figures_in(clean):
        numbers.update(spellings(figure.written))
        numbers.update(part for piece in BETWEEN.split(figure.written) for part in spellings(piece))
        numbers.update((figure.also, figure.also.partition(":")[0]) if figure.also else ())
        parts = figure.written.split(".")
        versions.update((figure.before, ".".join(parts[:count])) for count in range(1, len(parts)))
    return Carried(frozenset(numbers), frozenset(versions))


read_page = lru_cache(maxsize=PAGES_KEPT)(read)


def unsupported_numbers(message: str, pages: Iterable[str], said: Iterable[str] = ()) -> list[str]:
    """Return the numbers of a message, as written, that none of the texts carries."""
    claimed = without_list_marks(cleaned(message))
    wanted = list(dict.fromkeys((*figures_in(claimed), *counted_in_words(claimed))))
    given: list[Carried] = []
    for text in chain(map(read_page, pages), map(read, said)) if wanted else ():
        given.append(text)
        wanted = [each for each in wanted if not is_carried(each, given)]
        if not wanted:
            break
    return list(dict.fromkeys(figure.written for figure in wanted))


def is_carried(figure: Figure, given: Sequence[Carried]) -> bool:
    if any((figure.before, figure.written) in text.versions for text in given):
        return True
    return any(is_whole_or_in_parts(way, given) for way in figure.ways)


def is_whole_or_in_parts(token: str, given: Sequence[Carried]) -> bool:
    if any(stands_in(token, text) for text in given):
        return True
    parts = BETWEEN.split(token)
    return len(parts) > 1 and all(any(stands_in(part, text) for text in given) for part in parts)


def stands_in(token: str, text: Carried) -> bool:
    return any(spelling in text.numbers for spelling in spellings(token))


def cleaned(text: str) -> str:
    """Return the text in plain digits and dashes, with what an address hides behind percent signs made readable."""
    plain = THIN_GAP.sub("", DASHES.sub("-", unicodedata.normalize("NFKC", text)))
    return ADDRESS.sub(lambda found: ESCAPE.sub(" ", unquote(unquote(found.group()))), plain)


def figures_in(text: str) -> Iterator[Figure]:
    """Yield each number in digits that is no part of a name; a unit may follow at once."""
    for found in TOKEN.finditer(text):
        start, token = found.start(), found.group()
        if text[max(0, start - 1) : start].isalpha() and not VERSION_MARK.search(text, max(0, start - 2), start):
            token = AFTER_NAME.sub("", token)  # of x86-64 the second part
        if token:
            yield Figure(token, word_before(text, start), other_clock(token, text, found.end()))


def other_clock(token: str, text: str, end: int) -> str:
    """Return what the other clock shows at an hour with "am" or "pm" behind it; nothing for any other number."""
    half, hour = HALF_OF_THE_DAY.match(text, end), HOUR.fullmatch(token)
    if not half or not hour:
        return ""
    return f"{int(hour[1]) % 12 + (12 if half[1] in 'pP' else 0)}:{hour[2] or '00'}"


def counted_in_words(text: str) -> Iterator[Figure]:
    """Yield each number in words by which something is counted; one of a thing is mostly said without counting."""
    for found in NUMBER_IN_WORDS.finditer(text):
        value = value_in_words(found.group())
        if value != "1" and COUNTED.match(text, found.end()):
            yield Figure(found.group(), also=value)


def value_in_words(written: str) -> str:
    """Return the digits of a number in words, such as "two hundred and forty-five"."""
    value = 0
    for word in re.findall(r"\w+", written.lower()):
        step = int(SPELLED.get(word, 0))
        value = max(value, 1) * step if step in (100, 1000) else value + step
    return str(value)


def word_before(text: str, at: int) -> str:
    found = re.search(r"([^\W\d_]+)[\s.:]*$", text[max(0, at - 30) : at])
    return found.group(1).lower() if found else ""


def spellings(token: str) -> Iterator[str]:
    """Yield the spellings under which a number is the same."""
    yield token
    bare = token
    if THOUSANDS.fullmatch(token):
        bare = token.replace(",", "")
    elif THOUSANDS_BY_POINT.fullmatch(token):
        yield token.replace(".", "").replace(",", ".")
    elif DECIMAL_COMMA.fullmatch(token):
        bare = token.replace(",", ".")
    if bare.isdigit():
        bare = bare.lstrip("0") or "0"
    elif CENTS.fullmatch(bare):
        bare = bare.removesuffix(".00")
        bare = bare[:-1] if bare[-3:-2] == "." and bare.endswith("0") else bare
    unified = BETWEEN.sub("-", bare)
    if bare != token:
        yield bare
    if unified != bare:
        yield unified


def without_list_marks(text: str) -> str:
    """Take out the marks of lists that count on: 1, or a mark whose predecessor or successor is there."""
    marks = [int(number) for number in LIST_MARK.findall(text)]
    counted = {mark for mark in marks if mark == 1 or mark - 1 in marks or mark + 1 in marks}

    def blank(found: re.Match[str]) -> str:
        return " " if int(found.group(1)) in counted else found.group()

    return STEP.sub(blank, LIST_MARK.sub(blank, text))
