"""A push parser for the reply document: reads each character once, and never looks back.

What a caller may rely on, at any cut of the input:

1. `message` only grows, by the text that `feed` returns; what was returned is never taken back.
2. Half an escape, half a surrogate pair and a possible half of a code fence are held back until they are whole.
3. `confidence` is known when its number has ended; a follow-up when its string has closed.
4. The cost of a call depends on its delta alone.
5. A text that does not begin with `{` (after blanks or the opening of a code fence) is plain text. The braces of a
   document that follows on such a text are still not shown: its message is read as in a document.
6. Nothing is raised: a broken document just stops being read. Whether it was whole is for `check.py` to say.

It reads what replies need: a top-level object whose values are strings, numbers, literals, arrays or objects. Only the
three fields count; others are skipped with their nested values.
"""

from __future__ import annotations

import re
from enum import Enum, auto

ORDINARY = re.compile(r'[^"\\\x00-\x1f]+')  # what a JSON string holds as it is
FENCES = ("```json", "```JSON", "```")
EMBEDDED_DOCUMENT = re.compile(r'(?:```(?:json|JSON)?\s*)?\{\s*"message"\s*:\s*"')
EMBEDDED_HEADS = tuple(f'{fence}{{"message":"' for fence in ("", *FENCES))
LONGEST_HEAD = 60  # characters that the head of an embedded document may take: more, and it is text
ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
REPLACEMENT = "\ufffd"
BLANKS = " \t\r\n"
NUMBER = frozenset("+-.0123456789eE")


class Shape(Enum):
    """What the text has turned out to be."""

    UNKNOWN = auto()
    DOCUMENT = auto()
    PLAIN = auto()


class _Expect(Enum):
    """What may come next inside of a document."""

    KEY = auto()  # a key, or the end of the object
    COLON = auto()
    VALUE = auto()
    COMMA = auto()
    STRING = auto()  # within a string
    NUMBER = auto()  # within a number or a literal
    NOTHING = auto()  # the document has ended, or is broken


class ReplyParser:
    """Reads one reply; see the rules above."""

    def __init__(self) -> None:
        self.shape = Shape.UNKNOWN
        self.confidence: float | None = None
        self.followups: list[str] = []
        self.has_ended = False  # the document's closing brace was read
        self._held = ""  # characters that cannot be judged yet
        self._expect = _Expect.KEY
        self._depth = 0  # of arrays and objects below the top-level object
        self._in_array = False  # directly within the followups array
        self._key = ""
        self._string: list[str] = []
        self._string_is_key = False
        self._escape = ""  # an escape that has begun, from its backslash
        self._high_surrogate = ""
        self._number = ""
        self._has_message = False

    def feed(self, delta: str) -> str:
        """Return the characters of the message that this delta completes."""
        if self.shape is Shape.UNKNOWN:
            delta = self._find_shape(delta)
        if self.shape is Shape.PLAIN:
            return self._feed_plain(delta)
        return self._feed_document(delta)

    def end(self) -> str:
        """Return what was held back, now that nothing more comes."""
        if self.shape is Shape.UNKNOWN:
            held, self._held, self.shape = self._held.strip(), "", Shape.PLAIN
            return "" if held in FENCES else held
        if self.shape is Shape.PLAIN:
            held, self._held = self._held, ""
            return held
        high, self._high_surrogate = self._high_surrogate, ""
        return REPLACEMENT if high and self._is_in_message() else ""

    # what is it?

    def _find_shape(self, delta: str) -> str:
        """Decide between document and plain text; return what is still to be read."""
        text = (self._held + delta).lstrip("\ufeff" + BLANKS)
        for fence in FENCES:
            if text.startswith(fence):
                inside = text[len(fence) :].lstrip(BLANKS)
                if not inside or inside.startswith("{"):
                    text = inside or text
                    break
        if text.startswith("{"):
            self.shape, self._held = Shape.DOCUMENT, ""
            return text[1:]
        if not text or any(fence.startswith(text.rstrip(BLANKS)) for fence in FENCES):
            self._held = text
            return ""
        self.shape, self._held = Shape.PLAIN, ""
        return text

    def _feed_plain(self, delta: str) -> str:
        """Return plain text, holding back what may become the head of a document."""
        text = self._held + delta
        self._held = ""
        if found := EMBEDDED_DOCUMENT.search(text):
            self.shape, self._expect, self._key = Shape.DOCUMENT, _Expect.STRING, "message"
            return text[: found.start()] + self._feed_document(text[found.end() :])
        for at in range(max(0, len(text) - LONGEST_HEAD), len(text)):
            if text[at] in "`{" and may_become_a_document(text[at:]):
                self._held = text[at:]
                return text[:at]
        return text

    # the document

    def _feed_document(self, delta: str) -> str:
        shown: list[str] = []
        at, end = 0, len(delta)
        while at < end:
            expect = self._expect
            if expect is _Expect.STRING:
                at = self._read_string(delta, at, shown)
            elif expect is _Expect.NUMBER:
                at = self._read_number(delta, at)
            elif expect is _Expect.NOTHING:
                break
            else:
                self._read_structure(delta[at])
                at += 1
        return "".join(shown)

    def _read_structure(self, char: str) -> None:
        if char in BLANKS:
            return
        if char == '"' and self._expect in (_Expect.KEY, _Expect.VALUE):
            self._string_is_key = self._expect is _Expect.KEY
            self._string.clear()
            self._expect = _Expect.STRING
        elif char in "{[" and self._expect is _Expect.VALUE:
            self._open(char)
        elif char in "}]":
            self._close()
        elif char == ":" and self._expect is _Expect.COLON:
            self._expect = _Expect.VALUE
        elif char == "," and self._expect is _Expect.COMMA:
            self._expect = _Expect.KEY if self._depth == 0 else _Expect.VALUE
        elif self._expect is _Expect.VALUE or (self._depth and char in ":,"):
            self._number = "" if char in ":," else char
            self._expect = _Expect.VALUE if char in ":," else _Expect.NUMBER
        else:
            self._expect = _Expect.NOTHING

    def _open(self, char: str) -> None:
        self._depth += 1
        self._in_array = self._depth == 1 and char == "[" and self._key == "followups"
        self._expect = _Expect.VALUE

    def _close(self) -> None:
        if self._depth:
            self._depth -= 1
            self._in_array = False
            self._expect = _Expect.COMMA
        else:
            self.has_ended = True
            self._expect = _Expect.NOTHING

    def _read_number(self, delta: str, at: int) -> int:
        """Read a number or a literal; confidence is known at the character behind it."""
        while at < len(delta):
            char = delta[at]
            if char in ",]}" or char in BLANKS:
                self._end_number()
                self._expect = _Expect.COMMA
                return at
            self._number += char if len(self._number) < 40 else ""
            at += 1
        return at

    def _end_number(self) -> None:
        if self._depth == 0 and self._key == "confidence" and set(self._number) <= NUMBER:
            try:
                confidence = float(self._number)
            except ValueError:
                return
            self.confidence = confidence if 0 <= confidence <= 1 else None

    # strings

    def _is_in_message(self) -> bool:
        return (
            self._expect is _Expect.STRING and not self._string_is_key and self._depth == 0 and self._key == "message"
        ) and not self._has_message

    def _read_string(self, delta: str, at: int, shown: list[str]) -> int:
        """Read on within a string: whole runs at once, escapes one character at a time."""
        sink = shown if self._is_in_message() else self._string
        while at < len(delta):
            if self._escape:
                self._read_escape(delta[at], sink)
                at += 1
                continue
            if run := ORDINARY.match(delta, at):
                self._lose_half_pair(sink)
                sink.append(well_formed(run.group()))
                at = run.end()
                continue
            char = delta[at]
            at += 1
            if char == "\\":
                self._escape = char
            elif char == '"':
                self._lose_half_pair(sink)
                self._end_string()
                return at
            else:
                sink.append(char)  # a bare control character: not JSON, but the words are wanted all the same
        return at

    def _read_escape(self, char: str, sink: list[str]) -> None:
        self._escape += char
        if self._escape[1] != "u":
            self._lose_half_pair(sink)
            sink.append(ESCAPES.get(char, char))
            self._escape = ""
        elif len(self._escape) == 6:
            self._end_unicode_escape(sink)
            self._escape = ""

    def _end_unicode_escape(self, sink: list[str]) -> None:
        try:
            unit = int(self._escape[2:], 16)
        except ValueError:
            unit = 0xFFFD
        if 0xDC00 <= unit < 0xE000 and self._high_surrogate:
            pair = (ord(self._high_surrogate) - 0xD800) * 0x400 + (unit - 0xDC00) + 0x10000
            self._high_surrogate = ""
            sink.append(chr(pair))
            return
        self._lose_half_pair(sink)
        if 0xD800 <= unit < 0xDC00:
            self._high_surrogate = chr(unit)
        else:
            sink.append(REPLACEMENT if 0xDC00 <= unit < 0xE000 else chr(unit))

    def _lose_half_pair(self, sink: list[str]) -> None:
        """Put the replacement character where half of a pair has lost its other half."""
        if self._high_surrogate:
            self._high_surrogate = ""
            sink.append(REPLACEMENT)

    def _end_string(self) -> None:
        if self._string_is_key:
            self._key = "".join(self._string)
            self._string_is_key = False
            self._expect = _Expect.COLON
            return
        if self._depth == 0 and self._key == "message":
            self._has_message = True  # a second one is not shown: what was shown stays
        elif self._in_array and self._depth == 1:
            self.followups.append("".join(self._string))
        self._string.clear()
        self._expect = _Expect.COMMA


def may_become_a_document(text: str) -> bool:
    """Tell whether this end of a plain text can still turn out to be the head of a document."""
    bare = "".join(text.split())
    return any(head.startswith(bare) for head in EMBEDDED_HEADS)


def well_formed(text: str) -> str:
    """Return the text with lone surrogates replaced, so that it can be encoded."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
