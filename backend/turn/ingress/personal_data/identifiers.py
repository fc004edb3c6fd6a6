"""Numbers that states and banks give to people, and secret keys; what they look like stands in the tables beside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path

from backend.domain.findings import Finding
from backend.domain.toml import read_toml
from backend.turn.ingress.personal_data.context import (
    LEFT,
    OURS_WORD,
    RIGHT,
    Words,
    digit_runs,
    is_numbering,
    spans_of,
    words_pattern,
)
from backend.turn.ingress.personal_data.presidio import PatternRecognizer, predefined_recognizers

IDENTIFIERS = Path(__file__).with_name("identifiers.toml")
SECRETS = Path(__file__).with_name("secrets.toml")

SSN = re.compile(r"(?<![\w.\-])(?!000|666|9)\d{3}(?P<gap>[\- .])(?!00)\d{2}(?P=gap)(?!0000)\d{4}(?![\w\-]|\.\d)")
JOINED = re.compile(r"(?<=\d)[.\-/](?=\d)")
CHECKED, BY_FORM = 0.95, 0.7
MOST_CHECKED = 200  # numbers of one text: whoever sends more has no question, and they are what they are called


@dataclass(frozen=True, slots=True)
class Identifier:
    """A row of the table. `digits` is empty where letters belong to the number."""

    kind: str
    words: re.Pattern[str]
    recogniser: PatternRecognizer | None
    pattern: re.Pattern[str] | None
    digits: tuple[int, ...]
    may_follow: int
    left: int


@dataclass(frozen=True, slots=True)
class Secret:
    begins: tuple[str, ...]
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def identifiers() -> tuple[Identifier, ...]:
    rows = read_toml(IDENTIFIERS)
    return tuple(
        Identifier(
            kind=kind,
            words=words_pattern(row["words"]),
            recogniser=getattr(predefined_recognizers, row["recogniser"])() if "recogniser" in row else None,
            pattern=re.compile(rf"(?<![\w\-])(?:{row['pattern']})(?![\w\-])", re.IGNORECASE)
            if "pattern" in row
            else None,
            digits=tuple(row.get("digits", ())),
            may_follow=row.get("may_follow", 0),
            left=row.get("left", LEFT),
        )
        for kind, row in rows.items()
    )


@lru_cache(maxsize=1)
def any_word() -> re.Pattern[str]:
    """Return a pattern for every word of the table, so that most messages are done with after one look."""
    rows = read_toml(IDENTIFIERS)
    return words_pattern(sorted({word for row in rows.values() for word in row["words"]}))


@lru_cache(maxsize=1)
def secrets() -> tuple[Secret, ...]:
    rows = read_toml(SECRETS)["secret"]
    return tuple(Secret(tuple(row["begins"]), re.compile(row["pattern"])) for row in rows)


def find_identifiers(text: str) -> Iterator[Finding]:
    """Yield the identity, tax, insurance and account numbers of a plain text that are called so."""
    yield from find_social_security(text)
    if not any_word().search(text):
        return
    left = count(MOST_CHECKED, -1)
    for identifier in identifiers():
        if words := Words(identifier.words, text):
            for start, end, score in _numbers_of(identifier, text, words, left):
                if words.are_near(start, end, left=identifier.left, right=RIGHT):
                    yield Finding(identifier.kind, start, end, score)


def find_social_security(text: str) -> Iterator[Finding]:
    """Yield US social security numbers written in their groups; those without stand in the table."""
    numbers = list(SSN.finditer(text))
    words = Words(next(each.words for each in identifiers() if each.kind == "US_SSN"), text if numbers else "")
    numbering = Words(OURS_WORD, text if numbers else "")
    for found in numbers:
        if words.are_near(*found.span()):
            yield Finding("US_SSN", *found.span(), CHECKED)
        elif not is_numbering(text, found.start(), numbering):
            yield Finding("US_SSN", *found.span(), BY_FORM if found["gap"] == "-" else 0.45)


def _numbers_of(
    identifier: Identifier, text: str, words: Words, left: Iterator[int]
) -> Iterator[tuple[int, int, float]]:
    """Yield (start, end, score) of what has the form of this identifier and passes its check.

    `left` counts down how many more are checked.
    """
    if identifier.digits:
        yield from _digits_of(identifier, text, words, left)
    elif identifier.recogniser:
        # The same length, so that places stay: numbers are written with dots and dashes where blanks belong.
        for each in {text, JOINED.sub(" ", text)}:
            for found in identifier.recogniser.analyze(each, identifier.recogniser.supported_entities, None) or ():
                yield found.start, found.end, CHECKED if found.score >= 1 else BY_FORM
    elif identifier.pattern:
        for match in identifier.pattern.finditer(text):
            if any(character.isdigit() for character in match.group()):
                yield *match.span(), BY_FORM


def _digits_of(
    identifier: Identifier, text: str, words: Words, left: Iterator[int]
) -> Iterator[tuple[int, int, float]]:
    assert identifier.recogniser is not None  # noqa: S101 - a row with digits names who checks them
    for groups in digit_runs(text, least=min(identifier.digits)):
        end_of_last = -1
        for first, last in spans_of(groups, identifier.digits):
            start = groups[first][0]
            if start <= end_of_last or not words.are_near(start, groups[last][1], left=identifier.left, right=RIGHT):
                continue
            digits = "".join([text[begin:stop] for begin, stop in groups[first : last + 1]])
            is_checked = next(left) > 0
            if not is_checked or identifier.recogniser.validate_result(digits):
                end_of_last = _with_what_follows(groups, last, identifier.may_follow)
                yield start, end_of_last, CHECKED if is_checked else BY_FORM
        if identifier.may_follow:
            yield from _joined_with_what_follows(identifier, groups, text, words, left)


def _with_what_follows(groups: Sequence[tuple[int, int]], last: int, length: int) -> int:
    """Return the end of a number with a group of so many digits that may follow it."""
    if length and last + 1 < len(groups) and groups[last + 1][1] - groups[last + 1][0] == length:
        return groups[last + 1][1]
    return groups[last][1]


def _joined_with_what_follows(
    identifier: Identifier, groups: Sequence[tuple[int, int]], text: str, words: Words, left: Iterator[int]
) -> Iterator[tuple[int, int, float]]:
    """Yield numbers whose following digits are written without a gap."""
    assert identifier.recogniser is not None  # noqa: S101 - as above
    longer = tuple(length + identifier.may_follow for length in identifier.digits)
    for first, last in spans_of(groups, longer):
        digits = "".join(text[begin:stop] for begin, stop in groups[first : last + 1])
        is_one_group = groups[last][1] - groups[last][0] > identifier.may_follow
        is_near = is_one_group and words.are_near(groups[first][0], groups[last][1], left=identifier.left, right=RIGHT)
        if is_near and next(left) > 0 and identifier.recogniser.validate_result(digits[: -identifier.may_follow]):
            yield groups[first][0], groups[last][1], CHECKED


def find_secrets(text: str) -> Iterator[Finding]:
    """Yield keys and tokens that open something."""
    for secret in secrets():
        if any(beginning in text for beginning in secret.begins):
            for found in secret.pattern.finditer(text):
                yield Finding("API_KEY", *found.span("secret" if secret.pattern.groups else 0), CHECKED)
