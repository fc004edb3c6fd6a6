"""What a visitor's screen was sent, and when: small enough to be kept for every turn.

Rules:
1. A moment is the milliseconds since the one before, a kind, and how many characters of the text it added: three whole
   numbers of as few bytes as they need. 400 pieces of text take some 1,200 bytes.
2. The texts stand beside, each once: the last one is the turn's reply, and is kept with it.
3. Places count characters (code points) of the message, never of its JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from backend.domain.events import Delta, Done, Event, Failed, Notice, Replace, Sources, Start

KINDS = (
    *("start", "delta", "replace", "sources", "done", "error"),
    *("truncated", "disclaimer", "degraded", "restarted", "stopped", "resumed"),
)
NOTICES = frozenset({"truncated", "disclaimer", "degraded", "restarted"})
MESSAGE = re.compile(r'\{"message":"((?:[^"\\]|\\.)*)"?', re.DOTALL)
MORE, SEVEN_BITS = 0x80, 7


@dataclass(frozen=True, slots=True)
class CameBack:
    """A reader that had lost its connection goes on behind the event with this number; 0 for a page opened anew."""

    after: int


Seen = tuple[float, Event | CameBack]  # when it was sent, in seconds of any clock


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that was sent; `ms` counts from the first, `text` is what a delta added or a replacement says.

    Of a reader that came back (`resumed`), it is the number of the last event that had arrived before.
    """

    ms: int
    event: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A turn's moments as bytes, and the texts that stood on the screen one after the other."""

    moments: bytes
    texts: tuple[str, ...]


def record(seen: Sequence[Seen]) -> Recorded:
    """Return what was sent in a turn, as it is kept."""
    written = bytearray()
    texts: list[str] = []
    counted: list[int] = []
    for events in _attempts(seen):
        lengths, text = _lengths([event.json for _, event in events if isinstance(event, Delta)])
        counted += lengths
        texts += [event.reply.message for _, event in events if isinstance(event, Replace)] or [text]
        if text and any(isinstance(event, Replace) for _, event in events):
            texts.insert(-1, text)
    lengths_left = iter(counted)
    last = seen[0][0] if seen else 0.0
    for at, event in seen:
        kind = kind_of(event)
        added = next(lengths_left) if kind == "delta" else event.after if isinstance(event, CameBack) else 0
        # From a whole millisecond to the next one, so that what is cut off does not add up.
        ms = round((at - seen[0][0]) * 1000) - round((last - seen[0][0]) * 1000)
        for number in (ms, KINDS.index(kind), added):
            written += _varint(max(0, number))
        last = at
    return Recorded(bytes(written), tuple(texts))


def read(recorded: Recorded) -> Iterator[Moment]:
    """Yield the moments of a turn with the text of each."""
    numbers = _numbers(recorded.moments)
    texts = iter(recorded.texts)
    text, at, ms = next(texts, ""), 0, 0
    for since, kind, added in zip(numbers, numbers, numbers, strict=False):
        ms, event = ms + since, KINDS[kind]
        if event in ("restarted", "replace") and (at or event == "replace"):
            text, at = next(texts, text), 0
        if event == "delta":
            yield Moment(ms, event, text[at : at + added])
            at += added
        else:
            yield Moment(ms, event, text if event == "replace" else str(added) if event == "resumed" else "")


def kind_of(event: Event | CameBack) -> str:
    """Return the name of an event; a notice has its kind's."""
    match event:
        case Start():
            return "start"
        case Delta():
            return "delta"
        case Replace():
            return "replace"
        case Sources():
            return "sources"
        case Notice():
            return event.kind
        case Done():
            return "stopped" if event.stop_reason == "stopped" else "done"
        case Failed():
            return "error"
        case CameBack():
            return "resumed"


def _attempts(seen: Sequence[Seen]) -> Iterator[list[Seen]]:
    """Yield the events of each attempt at a reply: one that is given up ends with its announcement."""
    attempt: list[Seen] = []
    for each in seen:
        if isinstance(each[1], Notice) and each[1].kind == "restarted" and any(_is_text(old) for old in attempt):
            yield attempt
            attempt = []
        attempt.append(each)
    yield attempt


def _is_text(seen: Seen) -> bool:
    return isinstance(seen[1], Delta)


def _lengths(pieces: Sequence[str]) -> tuple[list[int], str]:
    """Return how many characters of the message each piece of its document adds, and the message."""
    document = "".join(pieces)
    found = MESSAGE.match(document)
    start, end = found.span(1) if found else (0, 0)
    lengths, at = [], 0
    for piece in pieces:
        lengths.append(len(_plain(document[max(start, at) : min(end, at + len(piece))])))
        at += len(piece)
    return lengths, _plain(document[start:end])


def _plain(raw: str) -> str:
    """Return the characters that a part of a JSON string stands for."""
    try:
        plain: str = json.loads(f'"{raw}"', strict=False)
    except ValueError:
        return raw
    return plain


def _varint(number: int) -> bytes:
    written = bytearray()
    while number >= MORE:
        written.append(number & (MORE - 1) | MORE)
        number >>= SEVEN_BITS
    written.append(number)
    return bytes(written)


def _numbers(written: Iterable[int]) -> Iterator[int]:
    bits = iter(written)
    while True:
        number = 0
        for place in count(0, SEVEN_BITS):
            byte = next(bits, None)
            if byte is None:
                return
            number |= (byte & (MORE - 1)) << place
            if byte < MORE:
                break
        yield number
