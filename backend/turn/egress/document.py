"""Writes the reply document as it goes out: whatever the model's own document looked like, this one is valid."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from json.encoder import encode_basestring  # what `dumps` calls without ensure_ascii

from backend.domain.one_line import is_seen

OPENING = '{"message":"'
# On one letter: as many as the Stream-Safe Text Format of Unicode's annex 15 lets stand. A browser takes a second and
# more to draw thirty thousand.
MOST_MARKS = 30
FIRST_MARK = "\u0300"


class DocumentWriter:
    """Gives the next characters of one valid reply document; `message` is what was written of its text so far."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._blanks: list[str] = []  # what came before the first character that shows
        self._marks = 0  # on the last letter
        self.characters = 0  # of the message, so far

    @property
    def message(self) -> str:
        return "".join(self._written)

    def write(self, text: str) -> str:
        """Return the document's characters for this piece of the message; the first piece opens the document."""
        if not self._written:
            self._blanks.append(text)
            if not any(map(is_seen, text)):
                return ""  # a message of blanks is none: it opens with the first character that shows
            text = "".join(self._blanks)
        text = self._with_few_marks(text)
        if not text:
            return ""
        opening = "" if self._written else OPENING
        self._written.append(text)
        self.characters += len(text)
        return opening + encode_basestring(text)[1:-1]

    def _with_few_marks(self, text: str) -> str:
        """Return this piece without the marks that nobody could read any more, counted over all pieces."""
        if not text or max(text) < FIRST_MARK:
            self._marks = 0 if text else self._marks
            return text
        kept = []
        for character in text:
            self._marks = self._marks + 1 if unicodedata.category(character)[0] == "M" else 0
            if self._marks <= MOST_MARKS:
                kept.append(character)
        return "".join(kept)

    def close(self, confidence: float, followups: Sequence[str]) -> str:
        """Return the characters that end the document; empty where there is no message to end."""
        if not self._written:
            return ""
        rest = {"confidence": confidence, "followups": list(followups)}
        fields = json.dumps(rest, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return '",' + fields[1:]
