"""The screen slides: text goes out at once but for an end that may still become something forbidden.

1. What is forbidden never leaves in part, however the text is cut: what may still become it is held back, and no more.
2. What has been let out is never changed.
3. After a hit nothing more goes out; `caught` names its kind.

Phrases are looked for all at once (Aho and Corasick 1975), in any case; what has a form (cards, keys, addresses) by
expressions whose beginnings are known too. Nothing held back is longer than the longest phrase, or a form's reach.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from backend.domain.toml import read_toml

TABLE = read_toml(Path(__file__).with_suffix(".toml"))


Hit = tuple[int, str]  # where it begins, and its kind


class Watch(Protocol):
    """One way of looking at `text`, of which what stands before `start` has gone out already."""

    def look(self, text: str, start: int, *, is_end: bool) -> tuple[Hit | None, int]:
        """Return the first forbidden thing that can be nothing else, and how many characters at the end may still
        become one."""


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
        keep, hit = 0, None
        for watch in self._watches:
            found, held = watch.look(text, start, is_end=is_end)
            keep = max(keep, held)
            if found and (hit is None or found < hit):
                hit = found
        until = len(text) if is_end else len(text) - keep
        if hit and hit[0] <= until:  # what stands before it may itself be waited for
            until, self.caught = hit
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

    def look(self, text: str, start: int, *, is_end: bool) -> tuple[Hit | None, int]:  # noqa: ARG002 - all ends are known
        found: Hit | None = None
        state = 0
        steps, small = self.steps, lower(text)
        for at in range(start, len(small)):
            char = small[at]
            while state and char not in steps[state]:
                state = self.fallbacks[state]
            state = steps[state].get(char, 0)
            if end := self.ends[state]:
                hit = (at + 1 - end[0], end[1])
                found = min(found, hit) if found else hit
            if found and at + 1 - self.depths[state] > found[0]:
                break  # nothing that began earlier can end any more
        return found, self.depths[state]


@lru_cache(maxsize=64)
def _automaton(phrases: tuple[tuple[str, str], ...]) -> Phrases:
    steps: list[dict[str, int]] = [{}]
    depths = [0]
    ends: list[tuple[int, str] | None] = [None]
    for phrase, kind in phrases:
        state = 0
        for char in lower(phrase):
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


def lower(text: str) -> str:
    """Return a text in lower case and of the same length: the few characters that would become two stay."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


class Cards:
    """Finds numbers of payment cards: issuer, length and check digit right, between characters that are no digits."""

    kind = "card"

    def look(self, text: str, start: int, *, is_end: bool) -> tuple[Hit | None, int]:
        if not DIGIT.search(text, start):
            return None, 0
        tail = CARD_TAIL.search(text, max(start, len(text) - CARD_REACH))
        return self._find(text, start, is_end=is_end), len(tail.group()) if tail else 0

    def _find(self, text: str, start: int, *, is_end: bool) -> Hit | None:
        for begin in CARD_START.finditer(text, start):
            digits = CARD.match(text, begin.start())
            while digits:
                if (is_end or digits.end() < len(text)) and is_card(digits.group()):
                    return digits.start(), self.kind
                shorter = SHORTER.match(text, begin.start(), digits.end() - 1)
                digits = shorter if shorter and not text[shorter.end()].isdigit() else None
        return None


DIGIT = re.compile(r"[0-9]")
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

    def look(self, text: str, start: int, *, is_end: bool) -> tuple[Hit | None, int]:  # noqa: ARG002 - no end is needed
        if not SECRET_START.search(text, start):
            return None, 0
        found = SECRET.search(text, start)
        tail = HALF_SECRET.search(text, max(start, len(text) - SECRET_REACH))
        return (found.start(), self.kind) if found else None, len(tail.group()) if tail else 0


def _secret(row: Mapping[str, object]) -> str:
    return rf"{re.escape(str(row['begins']))}[{row['of']}]{{{row['at_least']}}}"


def _half(row: Mapping[str, object]) -> str:
    begins, most = str(row["begins"]), int(str(row["at_least"])) - 1
    halves = [re.escape(begins[:count]) for count in range(len(begins) - 1, 0, -1)]
    return "|".join([rf"{re.escape(begins)}[{row['of']}]{{0,{most}}}", *halves])


SECRETS = TABLE["secrets"]
SECRET_REACH = max(len(row["begins"]) + row["at_least"] for row in SECRETS)
SECRET_START = re.compile(rf"(?<![A-Za-z0-9])[{re.escape(''.join(sorted({row['begins'][0] for row in SECRETS})))}]")
SECRET = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(_secret, SECRETS))})")
HALF_SECRET = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(_half, SECRETS))})$")


@dataclass(frozen=True, slots=True)
class Links:
    """Finds addresses of web sites that are not among `hosts`; a host stands for its subdomains too."""

    hosts: tuple[str, ...]
    kind: str = "link"

    def look(self, text: str, start: int, *, is_end: bool) -> tuple[Hit | None, int]:
        tail = HALF_ADDRESS.search(text, max(start, len(text) - LINK_REACH))
        hit = self._find(text, start, is_end=is_end) if "://" in text else None
        return hit, len(tail.group()) if tail else 0

    def _find(self, text: str, start: int, *, is_end: bool) -> Hit | None:
        for found in ADDRESS.finditer(text, start):
            if found.end() == len(text) and not is_end and found.end() - found.start() < LINK_REACH:
                return None
            if not self._knows(found["host"]):
                return found.start(), self.kind
        return None

    def _knows(self, written: str) -> bool:
        name = written.rpartition("@")[2].partition(":")[0].lower().rstrip(".")
        return any(name == host or name.endswith(f".{host}") for host in self.hosts)


LINK_REACH = 270  # a scheme and the longest name of a host
ADDRESS = re.compile(r"https?://(?P<host>[^\s/?#)\]>\"'\\|]*)", re.IGNORECASE)
HALF_ADDRESS = re.compile(r"h(?:t(?:t(?:p(?:s?(?::(?:/(?:/[^\s/?#)\]>\"'\\|]*)?)?)?)?)?)?)?$", re.IGNORECASE)
