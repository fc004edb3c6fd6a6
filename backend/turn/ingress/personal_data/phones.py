"""Phone numbers: a shape that a phone number has, or words beside it that say so; libphonenumber has a vote.

Scanning with libphonenumber once for each region costs ten times as much and finds less: most numbers are written in a
national form, and which nation's is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

from backend.domain.findings import Finding
from backend.turn.ingress.personal_data.context import OURS_WORD, TABLE, Words, first_letter, is_numbering, words_for

BLANKLESS = r"\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # scripts that part no words: 手机13812345678是
LETTER = rf"[^\W_{BLANKLESS}]"
ODD_MARK = r"(?<=\d)[^\w\s+@](?=\d)"  # behind "+" any mark may part the digits
CANDIDATE = re.compile(
    rf"(?<!\d)(?:\(?\+ ?\d(?:[\d \t().\-/]|{ODD_MARK}){{4,44}}\d|\(?\d[\d \t().\-/]{{4,44}}\d)"
    r"(?:[ ,;]{0,2}(?:x|ext\.?|extension|durchwahl)[ .:]{0,2}\d{1,6})?(?!\d|[.,]\d)",
    re.IGNORECASE,
)
READ_AS = str.maketrans("[]{}_·•∙⋅", "()()-....")  # brackets and marks that part digits as others do
ODD = re.compile(r"[^\d \t().\-/+]")
JOINS = re.compile(rf"{LETTER}|[@%]")
EXTENSION = re.compile(r"[ ,;]{0,2}(?:x|ext|durchwahl)[a-z. :]{0,10}\d{1,6}\Z", re.IGNORECASE)
NOT_A_PHONE = re.compile(
    r"\A(?:\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}(?:[ T.]+\d{1,2}.*+)?"  # a date, perhaps with a time
    r"|\d{1,5}\s*+[-/]\s*+\d{1,5}"  # a range
    r"|\d{1,3}(?:\.\d{1,3}){2,}|\d{1,3}(?:\.\d{1,5}){3,}"  # a version or a network address
    r"|\d{4}-\d{4,7}|\d{1,3}(?:[. ]\d{3})+"  # a numbered report; thousands
    r"|(?:\d ?\. ?\.+ ?)++.*+|\d+\.\d+)\Z"
)
DATE = re.compile(
    r"\A(?:(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|1[0-2])\1(?:19|20)?\d\d"
    r"|(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12]\d|3[01]))(?:[ T.]+\d{1,2}.*+)?\Z"
)
SEPARATOR = re.compile(r"\D+")
GROUP = re.compile(r"\d+")
NO_DIGIT = re.compile(r"\D")
QUAD = re.compile(r"\A(?:[01]?\d?\d|2[0-5]\d)(?:\.\d{1,3}){3}\Z")  # an address of the network
NORTH_AMERICAN = re.compile(
    r"\A(?:\+?1|00-?1|0?11[ .\-]1)?[ .\-]?(?:\(\d{3}\)[ .\-]{0,3}|\d{3}[.\- /]{1,3})\d{3}[.\- /]{1,3}\d{4}\Z"
)
WITHIN = re.compile(r"(?<!\d)(?:\(\d{3}\)[ .\-]{0,3}|\d{3}[.\-])\d{3}[.\-]\d{4}(?!\d)")  # one such beside other figures
TRUNK = re.compile(r"\A(?:\(?0|0 ?\()[1-9]\d?\d?\d?\)?[ \-./]?\d[\d \-./]{4,12}\d\Z")
ABROAD = re.compile(r"\A(?:\(?\+|0011(?=\D)|011(?=\D)|00)")
TRUNK_ZERO = re.compile(r"\(0\)")
PHONE_WORD = words_for("phone")
REGIONS = ("US", "AU", "GB", "NZ", "IN", "DE", "FR", "IT", "ES", "NL", "SE", "PH", "TR", "BR", "JP", "ZA", "SG", "CN")
FEWEST, MOST = 6, 15
FEWEST_OF_A_COUNTRY = 10
MOST_READINGS = 3
FEWEST_OF_ONE, MOST_OF_ONE = 8, 12  # digits of a number that others follow without a word between
GLUE = ".:/=-"  # before a number, these join it to a word: only a label may be joined so
SIGNS = "#$€£"  # what stands behind one of these is an amount or a number of something
LOOKS_BACK = 3  # characters
LONGEST_ADDRESS = 200


def _any_of(purpose: str) -> str:
    """Return an expression for any of the table's words for a purpose."""
    words = TABLE[purpose].split()
    written = [re.escape(word).replace(r"\*", r"\w{0,12}").replace("_", r"\ ") for word in words]
    return f"{first_letter(words)}(?:{'|'.join(written)})"


JOINED = rf"{_any_of('phone_labels_joined')}(?:番号|号码|號碼|번호)?"
LABEL = re.compile(rf"(?<![^\W\d_]){_any_of('phone_labels')}(?![^\W\d_])|{JOINED}", re.IGNORECASE)
LEAD = re.compile(rf"(?<![^\W_]){_any_of('phone_leads')}(?![^\W_])", re.IGNORECASE)
MARKS = r"(?:[\W_]{0,6}|[ .…_\-]{7,30})"  # a row of dots leads the eye along a line
BETWEEN = re.compile(
    rf"\A(?:[.\-]?\ ?{_any_of('phone_numbers')})?(?:\ ?\([^()\d\n]{{1,20}}\))?"
    rf"(?:\ ?{_any_of('phone_links')})?{MARKS}\Z",
    re.IGNORECASE,
)
LONGEST_BETWEEN = 40  # characters
BEHIND = re.compile(rf"\A(?:[^\w\n]|_){{0,4}}(?:{_any_of('phone_links_behind')}\ )?\Z", re.IGNORECASE)
LONGEST_BEHIND = 16


class Beside:
    """The words of a text that say of a number what it is, each kind looked for once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._labels, self._leads = Words(LABEL, text), Words(LEAD, text)
        self._phone, self._numbering = Words(PHONE_WORD, text), Words(OURS_WORD, text)

    def labels(self, start: int, end: int) -> bool:
        """Tell whether a word for a phone stands right beside a number, whatever marks stand between."""
        behind = self._labels.just_behind(end)
        is_behind = behind is not None and behind - end <= LONGEST_BEHIND and BEHIND.match(self._text[end:behind])
        return bool(is_behind) or self._stands_before(self._labels, start)

    def leads_to(self, start: int) -> bool:
        """Tell whether what stands right before a number leads in to one of any kind."""
        return self._stands_before(self._leads, start)

    def speaks_of_phones(self, start: int, end: int) -> bool:
        return self._phone.are_near(start, end, left=50, right=20)

    def numbers_of_the_site(self, text: str, start: int) -> bool:
        return is_numbering(text, start, self._numbering)

    def _stands_before(self, words: Words, start: int) -> bool:
        before = words.just_before(start)
        is_near = before is not None and start - before <= LONGEST_BETWEEN
        return is_near and BETWEEN.match(self._text[before:start]) is not None


def find_phones(text: str) -> Iterator[Finding]:
    """Yield the phone numbers of a plain text."""
    beside: Beside | None = None
    shown = text.translate(READ_AS)
    at = 0
    while candidate := CANDIDATE.search(shown, at):
        at = candidate.end()
        beside = beside or Beside(text)
        for reading in readings_of(candidate):
            if score := _score(text, shown, reading, beside):
                yield Finding("PHONE_NUMBER", reading.start, reading.hides_to, score)
                at = reading.hides_to
                break


@dataclass(frozen=True, slots=True)
class Reading:
    """Where a number may stand. A part of what looks like one must have a number's own form."""

    start: int
    end: int
    hides_to: int  # figures that go on behind it without a word may be its end
    is_part: bool = False


def readings_of(candidate: re.Match[str]) -> Iterator[Reading]:
    """Yield all of it, then the first of several that follow one another, then one that stands among other figures."""
    shown, start, end = candidate.group(), candidate.start(), candidate.end()
    if shown.count("(") > shown.count(")") and shown[0] == "(":  # what stands around it is no part of it
        shown = shown[1:].lstrip()
        start = end - len(shown)
    yield Reading(start, end, end)
    are_several = len(NO_DIGIT.sub("", ABROAD.sub("", shown))) > MOST
    digits, ends = 0, list[int]()
    for group in GROUP.finditer(shown):
        digits += group.end() - group.start()
        if FEWEST_OF_ONE <= digits <= MOST_OF_ONE and group.end() < len(shown):
            ends.append(start + group.end())
    for each in reversed(ends[-MOST_READINGS:]):
        yield Reading(start, each, each if are_several else end, is_part=not are_several)
    if within := WITHIN.search(shown):
        yield Reading(start + within.start(), start + within.end(), start + within.end(), is_part=True)


def _score(text: str, plain: str, reading: Reading, beside: Beside) -> float:
    """Return how sure it is that this is a phone number; 0 where it is none."""
    start, end = reading.start, reading.end
    shown = EXTENSION.sub("", plain[start:end])
    prefix = ABROAD.match(shown)
    digits = NO_DIGIT.sub("", TRUNK_ZERO.sub("", shown[prefix.end() :]) if prefix else shown)
    if not FEWEST <= len(digits) <= MOST or len(set(digits)) < 2 or shown.startswith("000"):
        return 0.0
    if shown.count("(") != shown.count(")") or DATE.match(shown):
        return 0.0
    is_labelled = beside.labels(start, end)
    if _is_in_address(text, start) or (not is_labelled and (_is_joined(text, start) or JOINS.match(text, end))):
        return 0.0
    is_called_phone = is_labelled or beside.speaks_of_phones(start, end)
    if prefix and _is_abroad(shown, f"+{digits}", is_called_phone=is_called_phone):
        return 0.85
    digits = NO_DIGIT.sub("", shown)
    is_led_in = beside.leads_to(start)
    is_close = is_labelled or (is_called_phone and is_led_in)
    if not is_close and beside.numbers_of_the_site(text, start):
        return 0.0
    if NORTH_AMERICAN.match(shown):
        return 0.75
    if TRUNK.match(shown) and 9 <= len(digits) <= 12:
        return 0.75 if is_called_phone or is_valid_somewhere(digits) else 0.0
    if reading.is_part:
        return 0.0
    is_alone = len(text) <= 2 * (end - start) and shown == plain.strip()
    if is_alone and len(SEPARATOR.findall(shown)) >= 3 and not QUAD.match(shown) and is_valid_somewhere(digits):
        return 0.6
    if is_led_in and len(digits) >= FEWEST_OF_A_COUNTRY and is_valid_somewhere(digits):
        return 0.5
    if not is_called_phone or (NOT_A_PHONE.match(shown) and not is_close):
        return 0.0
    if shown.isdigit():
        return 0.6 if len(digits) >= FEWEST_OF_ONE and is_close else 0.0
    return 0.6


def _is_abroad(shown: str, number: str, *, is_called_phone: bool) -> bool:
    """Tell whether a number that begins as one does that is called from another country has a length that it may."""
    if shown.startswith(("+", "(+")):
        return is_valid(number) if ODD.search(shown) else is_possible(number)
    return is_valid(number) or (is_called_phone and len(SEPARATOR.findall(shown)) > 1 and is_possible(number))


def _is_joined(text: str, start: int) -> bool:
    """Tell whether what begins here goes on from a word, a number or an address."""
    before = text[max(0, start - LOOKS_BACK) : start].rstrip("([{")
    if JOINS.match(before[-1:]) and not before.endswith("@"):
        return True
    if before.endswith((",", ";")):
        return before[-2:-1].isdigit()
    if before.endswith(("_", "@")):  # else it is emphasis, or "call @ 212 …"
        return before[-2:-1].isalnum()
    return before.endswith((*GLUE, *SIGNS))


def _is_in_address(text: str, start: int) -> bool:
    """Tell whether what begins here belongs to an address of the web."""
    before = text[max(0, start - LONGEST_ADDRESS) : start]
    return not before[-1:].isspace() and "://" in (before.split() or [""])[-1]


@lru_cache(maxsize=4096)
def is_possible(number: str) -> bool:
    """Tell whether a number with its country's code has a length that exists there."""
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=4096)
def is_valid(number: str) -> bool:
    """Tell whether such a number is given out in the country whose code it has."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def is_valid_somewhere(digits: str) -> bool:
    """Tell whether one of the REGIONS gives out such a number. Asking the library for each would take a millisecond."""
    return any(_is_given_out(digits, *forms_of(region)) for region in REGIONS)


def _is_given_out(digits: str, trunk: str, form: re.Pattern[str]) -> bool:
    return bool(form.fullmatch(digits) or (trunk and digits.startswith(trunk) and form.fullmatch(digits[len(trunk) :])))


@lru_cache(maxsize=len(REGIONS))
def forms_of(region: str) -> tuple[str, re.Pattern[str]]:
    """Return what is dialled before a number within a region, and what its numbers look like."""
    table = phonenumbers.PhoneMetadata.metadata_for_region(region)
    assert table is not None  # noqa: S101 - REGIONS are the library's
    kinds = (table.fixed_line, table.mobile, table.toll_free, table.shared_cost, table.premium_rate, table.voip)
    forms = [kind.national_number_pattern for kind in kinds if kind is not None and kind.national_number_pattern]
    return table.national_prefix or "", re.compile("|".join(forms))
