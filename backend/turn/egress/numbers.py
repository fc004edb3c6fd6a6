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
from itertools import chain, takewhile
from pathlib import Path
from urllib.parse import unquote

import re2

from backend.domain.letters import LETTERS, WORD
from backend.domain.toml import read_toml

PAGES_KEPT = 128  # visitors ask about the same few; what was said in a conversation is never kept
TOKEN = re.compile(r"\d+(?:[.,:/\-_]\d+)*")
VERSION_MARK = re.compile(r"(?<![^\W_])v$", re.IGNORECASE)
LIST_MARK = re.compile(r"^[ \t>*#]*(?:[Ss]tep[ \t]+)?(\d{1,3})(?:[.):]|[ \t]*-)(?=[ \t]|\*)", re.MULTILINE)
STEP = re.compile(r"\b[Ss]teps?[ \t]+(\d{1,3})\b")
DASHES = re.compile(r"[\u2010-\u2015\u2212]")
THIN_GAP = re.compile(r"(?<=\d)[\u00a0\u202f' ](?=\d{3}(?!\d))")
ADDRESS = re.compile(r"https?://[^\s)\]>]+")
ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
THOUSANDS = re.compile(r"\A\d{1,3}(?:,\d{3})++(?:\.\d++)?+\Z")
THOUSANDS_BY_POINT = re.compile(r"\A\d{1,3}(?:\.\d{3})++(?:,\d++)?+\Z")
DECIMAL_COMMA = re.compile(r"\A\d++,\d{1,2}\Z")
CENTS = re.compile(r"\A\d++\.\d\d\Z")
AFTER_NAME = re.compile(r"\A\d+[.,:/\-_]?")
SPACED = re.compile(r"[\u00a0\u202f' ]")
WITH_SPACES = re.compile(r"\d+(?:[.,:/\-_\u00a0\u202f' ]\d+)*")
MOST_PARTS = 6  # of a number that spaces part: a table's row is no number
BEFORE = 30  # characters in which the word before a number is looked for
BETWEEN = re.compile(r"[-/:_]")
HALF_OF_THE_DAY = re.compile(r"\s?([ap])\.?m\b", re.IGNORECASE)
BLANKS = " \t\n\r\f\v\u00a0.:"
LONGEST_HOUR = 5  # characters
HOUR = re.compile(r"(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))?")
TABLE = read_toml(Path(__file__).with_suffix(".toml"))
ROWS = [(value, spelled.split()) for words in TABLE["words"].values() for value, spelled in words.items()]
SPELLED: dict[str, str] = {word: value for value, words in ROWS for word in words}


def _plain_words(least: int, most: int) -> str:
    return "|".join(words[0] for value, words in ROWS if least <= int(value) <= most)


BELOW_HUNDRED = rf"(?:(?:{_plain_words(20, 99)})(?:[ -](?:{_plain_words(1, 9)}))?|{_plain_words(1, 19)})"
IN_WORDS = rf"(?:{BELOW_HUNDRED}[ -])?(?:{_plain_words(100, 1000)})(?:[ -](?:and[ -])?{BELOW_HUNDRED})?|{BELOW_HUNDRED}"
MAY_BE_NUMBER = re.compile(r"[\d\u0080-\U0010ffff]")  # what is not ASCII may become a digit
NUMBER_IN_WORDS = re2.compile(rf"(?i)\b(?:{IN_WORDS})\b")
COUNTED = re.compile(
    rf" (?:(?:{'|'.join(TABLE['counted']['between'].split())}) )?"
    rf"(?:{'|'.join((TABLE['counted']['english'] + TABLE['counted']['german']).split())})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is written, the word before it in lower case, and the same number written otherwise."""

    written: str
    before: str = ""
    also: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a text gives: numbers in every spelling, and versions by the word before."""

    numbers: frozenset[str]
    versions: frozenset[tuple[str, str]]

    def and_also(self, others: Iterable[Carried]) -> Carried:
        """Return what this text and the others give together."""
        all_of_them = (self, *others)
        return Carried(
            frozenset().union(*[each.numbers for each in all_of_them]),
            frozenset().union(*[each.versions for each in all_of_them]),
        )


NOTHING = Carried(frozenset(), frozenset())


def read(text: str) -> Carried:
    clean = cleaned(text)
    numbers = {SPELLED[word] for word in WORD.findall(clean.lower()) if word in SPELLED}
    numbers.update(value_in_words(written) for written, _ in numbers_in_words(clean))
    versions: set[tuple[str, str]] = set()
    for figure in figures_in(clean):
        numbers.update(spellings(figure.written))
        numbers.update(part for piece in BETWEEN.split(figure.written) for part in spellings(piece))
        numbers.update((figure.also, figure.also.partition(":")[0]) if figure.also else ())
        parts = figure.written.split(".")
        versions.update((figure.before, ".".join(parts[:count])) for count in range(1, len(parts)))
    return Carried(frozenset(numbers), frozenset(versions))


read_page = lru_cache(maxsize=PAGES_KEPT)(read)


@dataclass(frozen=True, slots=True)
class Claimed:
    """The numbers of a message, read once: figures each once in reading order, in digits and in words; and what those
    in words come to, also where nothing is counted by them."""

    figures: tuple[Figure, ...] = ()
    values: tuple[str, ...] = ()


def numbers_of(message: str) -> Claimed:
    """Return the numbers of a message; most messages have none, which one look tells."""
    if not (MAY_BE_NUMBER.search(message) or NUMBER_IN_WORDS.search(message)):
        return Claimed()
    text = without_list_marks(cleaned(message))
    in_words = list(numbers_in_words(text))
    figures = dict.fromkeys((*figures_in(text), *counted(in_words, text)))
    return Claimed(tuple(figures), tuple(dict.fromkeys(value_in_words(written) for written, _ in in_words)))


def unsupported_numbers(message: str, pages: Iterable[str], said: Iterable[str] = ()) -> list[str]:
    """Return the numbers of a message, as written, that none of the texts carries."""
    return unsupported_among(numbers_of(message), pages, said)


def unsupported_among(claimed: Claimed, pages: Iterable[str], said: Iterable[str] = ()) -> list[str]:
    """Return those of a message's numbers, as written, that none of the texts carries."""
    wanted: Sequence[Figure] = claimed.figures
    given = NOTHING
    for texts, reader in ((pages, read_page), (said, read)):
        if wanted:
            given = given.and_also(map(reader, texts))
            wanted = [each for each in wanted if not is_carried(each, given)]
    return list(dict.fromkeys(figure.written for figure in wanted))


def is_carried(figure: Figure, given: Carried) -> bool:
    if figure.written in given.numbers or (figure.before, figure.written) in given.versions:
        return True
    return is_whole_or_in_parts(figure.written, given) or bool(figure.also and is_whole_or_in_parts(figure.also, given))


def is_whole_or_in_parts(token: str, given: Carried) -> bool:
    if stands_in(token, given):
        return True
    parts = BETWEEN.split(token)
    return len(parts) > 1 and all(stands_in(part, given) for part in set(parts))


def places_of(numbers: Iterable[str], message: str) -> dict[str, tuple[int, int]]:
    """Return where each number first stands in a message; one that was written in other characters has no place."""
    wanted = set(numbers)
    if not wanted:
        return {}
    places: dict[str, tuple[int, int]] = {}
    left = set(wanted)
    has_words = any(not number[:1].isdigit() for number in wanted)
    for written, start in chain(_written_in(message), numbers_in_words(message) if has_words else ()):
        for number in {written, SPACED.sub("", written)} & left:
            places[number] = (start, start + len(written))
            left.discard(number)
        if not left:
            break
    return places


def _written_in(message: str) -> Iterator[tuple[str, int]]:
    """Yield all that may be a number, with its place: 1300 555 010, its parts, and what follows a name in x86-64."""
    for run in WITH_SPACES.finditer(message):
        tokens = list(TOKEN.finditer(message, *run.span()))
        for number, token in enumerate(tokens):
            yield token.group(), token.start()
            for last in takewhile(_is_thousands, tokens[number + 1 : number + MOST_PARTS]):
                yield message[token.start() : last.end()], token.start()
            if rest := AFTER_NAME.sub("", token.group()):
                yield rest, token.end() - len(rest)


def _is_thousands(token: re.Match[str]) -> bool:
    return token.end() - token.start() == 3


def stands_in(token: str, text: Carried) -> bool:
    return any(spelling in text.numbers for spelling in spellings(token))


def cleaned(text: str) -> str:
    """Return the text in plain digits and dashes, with what an address hides behind percent signs made readable."""
    plain = text if text.isascii() else DASHES.sub("-", unicodedata.normalize("NFKC", text))
    plain = THIN_GAP.sub("", plain)
    if "%" not in plain:
        return plain
    return ADDRESS.sub(lambda found: ESCAPE.sub(" ", unquote(unquote(found.group()))), plain)


def figures_in(text: str) -> Iterator[Figure]:
    """Yield each number in digits that is no part of a name, once; a unit may follow at once."""
    yield from (Figure(*each) for each in dict.fromkeys(_written_figures(text)))


def _written_figures(text: str) -> Iterator[tuple[str, str, str]]:
    for found in TOKEN.finditer(text):
        start, end = found.span()
        token, before = found.group(), text[start - 1] if start else ""
        if before.isalpha() and not VERSION_MARK.search(text, max(0, start - 2), start):
            token = AFTER_NAME.sub("", token)  # of x86-64 the second part
        if token:
            yield token, word_before(text, start), other_clock(token, text, end)


def other_clock(token: str, text: str, end: int) -> str:
    """Return what the other clock shows at an hour with "am" or "pm" behind it; nothing for any other number."""
    half = HALF_OF_THE_DAY.match(text, end) if len(token) <= LONGEST_HOUR else None
    hour = HOUR.fullmatch(token) if half else None
    if not half or not hour:
        return ""
    return f"{int(hour[1]) % 12 + (12 if half[1] in 'pP' else 0)}:{hour[2] or '00'}"


def counted(in_words: Iterable[tuple[str, int]], text: str) -> Iterator[Figure]:
    """Yield each number in words by which something is counted; one of a thing is mostly said without counting."""
    for written, start in in_words:
        value = value_in_words(written)
        if value != "1" and COUNTED.match(text, start + len(written)):
            yield Figure(written, also=value)


def numbers_in_words(text: str) -> Iterator[tuple[str, int]]:
    """Yield each number that is written in words, and where."""
    for found in NUMBER_IN_WORDS.finditer(text):
        start, end = found.span()
        if not _goes_on(text[max(0, start - 1) : start]) and not _goes_on(text[end : end + 1]):
            yield found.group(), start


def _goes_on(character: str) -> bool:
    return character.isalnum() or character in ("-", "_")


def value_in_words(written: str) -> str:
    """Return the digits of a number in words, such as "two hundred and forty-five"."""
    value = 0
    for word in WORD.findall(written.lower()):
        step = int(SPELLED.get(word, 0))
        value = max(value, 1) * step if step in (100, 1000) else value + step
    return str(value)


def word_before(text: str, at: int) -> str:
    if at > 1 and text[at - 1] == " " and not (text[at - 2] in BLANKS or ends_a_word(text[at - 2])):
        return ""  # nearly always, in a row of figures
    before = text[max(0, at - BEFORE) : at].rstrip(BLANKS)
    words = LETTERS.findall(before) if before and ends_a_word(before[-1]) else ()
    return words[-1].lower() if words else ""


def ends_a_word(character: str) -> bool:
    """Tell whether a word may end so: in a letter, or in a mark on one (a vowel, in Hindi)."""
    return character.isalpha() or unicodedata.category(character)[0] == "M"


def spellings(token: str) -> Iterator[str]:
    """Yield the spellings under which a number is the same."""
    yield token
    if token.isdigit():  # as most are
        if (bare := token.lstrip("0") or "0") != token:
            yield bare
        return
    bare = token
    if THOUSANDS.match(token):
        bare = token.replace(",", "")
    elif THOUSANDS_BY_POINT.match(token):
        yield token.replace(".", "").replace(",", ".")
    elif DECIMAL_COMMA.match(token):
        bare = token.replace(",", ".")
    if bare.isdigit():
        bare = bare.lstrip("0") or "0"
    elif CENTS.match(bare):
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
