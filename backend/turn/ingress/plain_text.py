"""A text as a reader sees it, with the way back to what was typed.

Digits and letters have many disguises: full-width and Arabic-Indic digits, zero-width characters between them, a dozen
kinds of dash and blank. Checks look at the plain text; what they find is said in places of the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

DISGUISED = re.compile(r"[^\t\n\r\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class PlainText:
    """`places` has, for each character, its place in the original; None where nothing was changed."""

    text: str
    places: Sequence[int] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the plain text stands in the original; it is not empty."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def plain_text(original: str) -> PlainText:
    """Return the text with compatible characters unified and what cannot be seen left out."""
    if not DISGUISED.search(original):
        return PlainText(original)
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(original):
        shown = character if "\x20" <= character <= "\x7e" else _shown(character)
        characters.append(shown)
        places.extend([place] * len(shown))
    return PlainText("".join(characters), places)


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
