"""The screen slides: text goes out at once but for an end that may still become something forbidden.

1. What is forbidden never leaves in part: the longest end of the text that begins a forbidden phrase is held back.
2. What has been let out is never changed.
3. After a hit nothing more goes out; `caught` names the phrase's kind.
"""

from __future__ import annotations

from collections.abc import Mapping


class Screen:
    """Lets text through piece by piece. `forbidden` maps a phrase to its kind; no phrase is empty."""

    def __init__(self, forbidden: Mapping[str, str]) -> None:
        self.caught: str | None = None
        self._forbidden = forbidden
        self._held = ""

    def let_through(self, text: str) -> str:
        """Return what may go out now."""
        if self.caught:
            return ""
        text = self._held + text
        hits = [(at, kind) for phrase, kind in self._forbidden.items() if (at := text.find(phrase)) >= 0]
        if hits:
            at, self.caught = min(hits)
            self._held = ""
            return text[:at]
        keep = max((beginning_at_end(text, phrase) for phrase in self._forbidden), default=0)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def end(self) -> str:
        """Return what was held back, now that it can become nothing else."""
        held, self._held = self._held, ""
        return "" if self.caught else held


def beginning_at_end(text: str, phrase: str) -> int:
    """Return how many characters at the end of the text are a beginning of the phrase, short of the whole."""
    for length in range(min(len(text), len(phrase) - 1), 0, -1):
        if text.endswith(phrase[:length]):
            return length
    return 0
