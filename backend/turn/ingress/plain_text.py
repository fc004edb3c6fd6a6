"""A text as a reader sees it, with the way back to what was typed.

Digits and letters have many disguises: full-width and Arabic-Indic digits, zero-width characters between them, a dozen
kinds of dash and blank, HTML's entities. Checks look at the plain text; what they find is said in places of the
original.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

DISGUISED = re.compile(r"[^\t\n\r\x20-\x7e]")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,20});")


@dataclass(frozen=True, slots=True)
class PlainText:
    """`places` has, for each character, where it begins and ends in the original; None where nothing was changed."""

    text: str
    places: Sequence[tuple[int, int]] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the plain text stands in the original; it is not empty."""
        if self.places is None:
            return start, end
        return self.places[start][0], self.places[end - 1][1]


def plain_text(original: str) -> PlainText:
    """Return the text with compatible characters unified, entities written out, and what cannot be seen left out."""
    if not DISGUISED.search(original) and not ENTITY.search(original):
        return PlainText(original)
    characters: list[str] = []
    places: list[tuple[int, int]] = []
    for start, end, character in _characters(original):
        shown = character if "\x20" <= character <= "\x7e" else _shown(character)
        characters.append(shown)
        places.extend([(start, end)] * len(shown))
    return PlainText("".join(characters), places)


def _characters(original: str) -> Iterator[tuple[int, int, str]]:
    """Yield each character with where it begins and ends; one that HTML has a name or number for is one."""
    at = 0
    for entity in ENTITY.finditer(original):
        written = html.unescape(entity.group())
        if len(written) == 1:
            yield from ((place, place + 1, original[place]) for place in range(at, entity.start()))
            yield *entity.span(), written
            at = entity.end()
    yield from ((place, place + 1, original[place]) for place in range(at, len(original)))


def _shown(character: str) -> str:
    """Return how a character is read: empty for one that shows nothing."""
    if character in "\t\n\r":
        return character
    category = unicodedata.category(character)
    if category in ("Cf", "Cc") or "\ufe00" <= character <= "\ufe0f":
        return ""
    if category == "Pd" or character == "\u2212":
        return "-"
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return unicodedata.normalize("NFKC", character)
