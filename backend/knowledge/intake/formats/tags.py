"""What is a tag in a text with Markdown, and what is only written in angles.

Rules: a tag has a name of HTML's, or is an element that the text closes, or has values (`<Card title="…">`); what
stands in angles otherwise (`<your name>`, `<KG 20>`, `<path>`) is text, and stays.
"""

from __future__ import annotations

import re
from pathlib import Path

from markdown_it.common.html_re import HTML_TAG_RE

from backend.domain.toml import read_toml

NAME = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
ATTRIBUTE = re.compile(r"""(?<!\s)\s++([^\s"'<>/=]++)(\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+""")
NO_ELEMENT = re.compile(r"<!--|<!doctype\b|<\?(?:php|xml)\b", re.I)
CLOSING = re.compile(r"</([A-Za-z][A-Za-z0-9-]*)\s*>")
OPENING = re.compile(r"<([A-Za-z][A-Za-z0-9-]*)")
LONGEST_TAG = 10_000

_TABLE: dict[str, list[str]] = read_toml(Path(__file__).with_suffix(".toml"))
HTML_NAMES, ALONE, LEFT_OPEN, SWITCHES, BLOCKS, UNSEEN = (
    frozenset(_TABLE[name]) for name in ("names", "alone", "left_open", "switches", "blocks", "unseen")
)


class Tags:
    """What of a text is a tag; made once for each text."""

    def __init__(self, text: str) -> None:
        self._closed = frozenset(name.casefold() for name in CLOSING.findall(text))
        self._opened = frozenset(name.casefold() for name in OPENING.findall(text))

    def begins_at(self, text: str, at: int) -> bool:
        """Tell whether a whole tag or a comment begins here."""
        if text.startswith("<!--", at) or NO_ELEMENT.match(text, at):
            return True
        found = HTML_TAG_RE.match(text, at, min(len(text), at + LONGEST_TAG))
        named = NAME.match(text, at) if found else None
        if not found or not named:
            return False
        name = named[2].casefold()
        if named[1]:
            return name in HTML_NAMES or name in self._opened
        return self._opens(name, found[0][named.end() - at :])

    def _opens(self, name: str, rest: str) -> bool:
        attributes = ATTRIBUTE.findall(rest)
        has_values = any(value for _, value in attributes)
        if not has_values and any(each.casefold() not in SWITCHES for each, _ in attributes):
            return False
        if attributes or rest.rstrip().endswith("/>"):
            return True
        return name in ALONE or name in LEFT_OPEN or name in self._closed

    def escape_others(self, text: str) -> str:
        """Return HTML in which what is no tag is text to a browser, too."""
        pieces, at, last_end = [], 0, text.rfind("-->")
        while (found := text.find("<", at)) >= 0:
            pieces.append(text[at:found])
            pieces.append("<" if self.begins_at(text, found) else "&lt;")
            at = found + 1
            if found < last_end and text.startswith("<!--", found):
                ends = text.find("-->", found)
                pieces.append(text[at : ends + 3])
                at = ends + 3
        return "".join([*pieces, text[at:]])
