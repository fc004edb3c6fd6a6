"""The screen slides: text goes out at once but for an end that may still become something forbidden.

1. What is forbidden never leaves in part, however the text is cut: what may still become it is held back, and no more.
2. What has been let out is never changed.
3. After a hit nothing more goes out; `caught` names its kind.

Phrases are looked for all at once (Aho and Corasick 1975), in any case; what has a form (cards, keys, addresses) by
expressions whose beginnings are known too. Nothing held back is longer than the longest phrase, or a form's reach.
"""

from __future__ import annotations

import re
import tomllib
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


class Watch(Protocol):
    """One way of looking at `text`, of which what stands before `start` has gone out already."""

    def find(self, text: str, start: int, *, is_end: bool) -> tuple[int, str] | None:
        """Return where the first forbidden thing begins that can be nothing else, and its kind."""

    def held(self, text: str, start: int) -> int:
        """Return how many characters at the end may still become something forbidden."""


class Screen:
    """Lets text through piece by piece. `phrases` maps a forbidden phrase to its kind; no phrase is empty."""

    def __init__(self, phrases: Mapping[str, str], watches: Sequence[Watch] = ()) -> None:
        self.caught: str | None = None
        self._watches = (*([Phrases.of(phrases)] if phrases else []), *watches)
        self._before = ""  # the last character that went out
        self._held = ""

    def let_through(self, text: str) -> str:
        """Return what may go out now."""
        return self._pass(text, is_end=False)

    def end(self) -> str:
        """Return what was held back, now that it can become nothing else."""
        return self._pass("", is_end=True)

    def _pass(self, more: str, *, is_end: bool) -> str:
        if self.caught:
            return ""
        text = self._before + self._held + more
        start = len(self._before)
        hits = [hit for watch in self._watches if (hit := watch.find(text, start, is_end=is_end))]
        keep = 0 if is_end else max((watch.held(text, start) for watch in self._watches), default=0)
        until = len(text) - keep
        if hits:
            at, kind = min(hits)
            if at <= until:  # what stands before it may itself be waited for
                until, self.caught = at, kind
        out, self._held = text[start:until], text[max(start, until) :]
        self._before = out[-1:] or self._before
        return out


@dataclass(frozen=True, slots=True)
class Phrases:
    """Finds any of many phrases in one walk over the text, in upper or lower case."""

    steps: tuple[Mapping[str, int], ...]
    fallbacks: tuple[int, ...]
    depths: tuple[int, ...]
    ends: tuple[tuple[int, str] | None, ...]  # length and kind of the longest phrase that ends here

    @staticmethod
    def of(phrases: Mapping[str, str]) -> Phrases:
        return _automaton(tuple(sorted(phrases.items())))

    def find(self, text: str, start: int, *, is_end: bool) -> tuple[int, str] | None:  # noqa: ARG002 - the end of the text changes nothing here
        found: tuple[int, str] | None = None
        state = 0
        for at in range(start, len(text)):
            state = self._next(state, text[at])
            if end := self.ends[state]:
                hit = (at + 1 - end[0], end[1])
                found = min(found, hit) if found else hit
            if found and at + 1 - self.depths[state] > found[0]:
                return found  # nothing that began earlier can end any more
        return found

    def held(self, text: str, start: int) -> int:
        state = 0
        for at in range(start, len(text)):
            state = self._next(state, text[at])
        return self.depths[state]

    def _next(self, state: int, char: str) -> int:
        small = lower(char)
        while small not in self.steps[state] and state:
            state = self.fallbacks[state]
        return self.steps[state].get(small, 0)


@lru_cache(maxsize=64)
def _automaton(phrases: tuple[tuple[str, str], ...]) -> Phrases:
    steps: list[dict[str, int]] = [{}]
    depths = [0]
    ends: list[tuple[int, str] | None] = [None]
    for phrase, kind in phrases:
        state = 0
        for char in map(lower, phrase):
            if char not in steps[state]:
                steps[state][char] = len(steps)
                steps.append({})
                depths.append(depths[state] + 1)
                ends.append(None)
            state = steps[state][char]
        ends[state] = (len(phrase), kind)
    fallbacks = [0] * len(steps)
    queue = deque(steps[0].values())
    while queue:
        state = queue.popleft()
        ends[state] = ends[state] or ends[fallbacks[state]]
        for char, following in steps[state].items():
            queue.append(following)
            back = fallbacks[state]
            while back and char not in steps[back]:
                back = fallbacks[back]
            fallbacks[following] = steps[back].get(char, 0)
    return Phrases(tuple(steps), tuple(fallbacks), tuple(depths), tuple(ends))


def lower(char: str) -> str:
    """Return a character in lower case, but for the few that would become two."""
    small = char.lower()
    return small if len(small) == 1 else char


class Cards:
    """Finds numbers of payment cards: issuer, length and check digit right, between characters that are no digits."""

    kind = "card"

    def find(self, text: str, start: int, *, is_end: bool) -> tuple[int, str] | None:
        for begin in CARD_START.finditer(text, start):
            digits = CARD.match(text, begin.start())
            while digits:
                if (is_end or digits.end() < len(text)) and is_card(digits.group()):
                    return digits.start(), self.kind
                shorter = SHORTER.match(text, begin.start(), digits.end() - 1)
                digits = shorter if shorter and not text[shorter.end()].isdigit() else None
        return None

    def held(self, text: str, start: int) -> int:
        tail = CARD_TAIL.search(text, max(start, len(text) - CARD_REACH))
        return len(tail.group()) if tail else 0


CARD_REACH = 40
CARD_START = re.compile(r"(?<![0-9])[0-9]")
CARD = re.compile(r"(?:[0-9][ .\-]?){11,18}[0-9](?![0-9])")
SHORTER = re.compile(r"(?:[0-9][ .\-]?){11,18}[0-9](?=[ .\-])")
CARD_TAIL = re.compile(r"(?<![0-9])[0-9](?:[ .\-]?[0-9])*[ .\-]?$")
ISSUERS = re.compile(TABLE["cards"]["issuers"], re.VERBOSE)


def is_card(written: str) -> bool:
    digits = [int(char) for char in written if char.isdigit()]
    doubled = [digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0 and ISSUERS.fullmatch("".join(map(str, digits))) is not None


class Secrets:
    """Finds keys and tokens by the beginnings that their issuers gave them."""

    kind = "secret"

    def find(self, text: str, start: int, *, is_end: bool) -> tuple[int, str] | None:  # noqa: ARG002 - the end of the text changes nothing here
        found = SECRET.search(text, start)
        return (found.start(), self.kind) if found else None

    def held(self, text: str, start: int) -> int:
        tail = HALF_SECRET.search(text, max(start, len(text) - SECRET_REACH))
        return len(tail.group()) if tail else 0


def _secret(row: Mapping[str, object]) -> str:
    return rf"{re.escape(str(row['begins']))}[{row['of']}]{{{row['at_least']}}}"


def _half(row: Mapping[str, object]) -> str:
    begins, most = str(row["begins"]), int(str(row["at_least"])) - 1
    halves = [re.escape(begins[:count]) for count in range(len(begins) - 1, 0, -1)]
    return "|".join([rf"{re.escape(begins)}[{row['of']}]{{0,{most}}}", *halves])


SECRETS = TABLE["secrets"]
SECRET_REACH = max(len(row["begins"]) + row["at_least"] for row in SECRETS)
SECRET = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(_secret, SECRETS))})")
HALF_SECRET = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(_half, SECRETS))})$")


@dataclass(frozen=True, slots=True)
class Links:
    """Finds addresses of web sites that are not among `hosts`; a host stands for its subdomains too."""

    hosts: tuple[str, ...]
    kind: str = "link"

    def find(self, text: str, start: int, *, is_end: bool) -> tuple[int, str] | None:
        for found in ADDRESS.finditer(text, start):
            if found.end() == len(text) and not is_end and found.end() - found.start() < LINK_REACH:
                return None
            if not self._knows(found["host"]):
                return found.start(), self.kind
        return None

    def held(self, text: str, start: int) -> int:
        tail = HALF_ADDRESS.search(text, max(start, len(text) - LINK_REACH))
        return len(tail.group()) if tail else 0

    def _knows(self, written: str) -> bool:
        name = written.rpartition("@")[2].partition(":")[0].lower().rstrip(".")
        return any(name == host or name.endswith(f".{host}") for host in self.hosts)


LINK_REACH = 270  # a scheme and the longest name of a host
ADDRESS = re.compile(r"https?://(?P<host>[^\s/?#)\]>\"'\\|]*)", re.IGNORECASE)
HALF_ADDRESS = re.compile(r"h(?:t(?:t(?:p(?:s?(?::(?:/(?:/[^\s/?#)\]>\"'\\|]*)?)?)?)?)?)?)?$", re.IGNORECASE)
