"""A text as it is read, whatever it is written in: one form that the screen looks at, with the way back.

1. What cannot be seen, marks and tags of emphasis and the backslash before a mark are left out; blanks and line ends of
   every kind are one blank; digits, letters and dashes of every width and script are the plain ones; HTML's entities
   are what they stand for. A tag that the widget shows as it is written stays.
2. Each character of the form has its place in the text: a cut in the form is a cut in the text.
3. It can be made piece by piece: an entity or a tag that has only begun is left for later.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# Anything but plain characters, one blank between them: nearly all text has nothing to make plain.
UNPLAIN = re.compile(r"[^ !-%'-)+-;=-\[\]^a-}]|  ")
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
HALF_ENTITY = re.compile(r"&(?:#(?:[0-9]{0,7}|[xX][0-9A-Fa-f]{0,6})|[A-Za-z][A-Za-z0-9]{0,31})?\Z")
TAG = re.compile(r"<(?:/?(?:b|i|s|em|del|su[bp]|strong)>|(?P<line_end>br ?/?>))", re.IGNORECASE)  # the widget's own
HALF_TAG = re.compile(r"<(?:/?[A-Za-z]{0,6}|br /?)\Z", re.IGNORECASE)
LONGEST_TAG = 9
LONGEST_ENTITY = 34
UNSEEN = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0")  # letters by name, and empty
BRAILLE_BLANK = "\u2800"
EMPHASIS = frozenset("*_~`\\")
COMBINING = range(0x0300, 0x0370)


@dataclass(frozen=True, slots=True)
class NormalForm:
    """`places` has, for each character, its place in the original; `read_to` is where the original goes unread."""

    text: str
    places: Sequence[int]
    read_to: int

    def place_of(self, at: int) -> int:
        """Return where in the original a character of the form stands; the end for the place behind the last."""
        return self.places[at] if at < len(self.places) else self.read_to


def normal_form(original: str, *, is_end: bool) -> NormalForm:
    """Return the form of a text; what may still become an entity is left out unless the text has ended."""
    if not UNPLAIN.search(original):
        return NormalForm(original, range(len(original)), len(original))
    read_to = len(original)
    if not is_end and (half := HALF_ENTITY.search(original, max(0, read_to - LONGEST_ENTITY))):
        read_to = half.start()
    if not is_end and (half := HALF_TAG.search(original, max(0, read_to - LONGEST_TAG), read_to)):
        read_to = half.start()
    characters: list[str] = []
    places: list[int] = []
    at = 0
    while at < read_to:
        stretch = written = original[at]
        if written == "&" and (entity := ENTITY.match(original, at, read_to)):
            stretch = entity.group()
            written = html.unescape(stretch)
        elif written == "<" and (tag := TAG.match(original, at, read_to)):
            stretch, written = tag.group(), " " if tag["line_end"] else ""
        for shown in written:
            plain = plain_character(shown)
            if plain == " " and characters[-1:] == [" "]:
                continue
            characters.extend(plain)
            places.extend([at] * len(plain))
        at += len(stretch)
    return NormalForm("".join(characters), places, read_to)


@lru_cache(maxsize=4_096)
def plain_character(character: str) -> str:
    """Return how a character is read: empty for one that shows nothing or only how others look."""
    if " " <= character <= "\x7e":
        return "" if character in EMPHASIS else character
    if character.isspace() or character == BRAILLE_BLANK:
        return " "
    category = unicodedata.category(character)
    if (
        category in ("Cf", "Cc", "Me")
        or character in UNSEEN
        or ord(character) in COMBINING
        or "\ufe00" <= character <= "\ufe0f"
    ):
        return ""
    if category == "Pd" or character == "\u2212":
        return "-"
    if category in ("Nd", "No") and (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    return "".join(each for each in unicodedata.normalize("NFKC", character) if each not in EMPHASIS)
