"""The screen slides: text goes out at once but for an end that may still become something forbidden.

1. What is forbidden never leaves in part, however the text is cut: what may still become it is held back, and no more.
   It is looked for in the text's normal form, so that blanks, marks and widths within it make no difference.
2. What has been let out is never changed.
3. After a hit nothing more goes out; `caught` names its kind.

Phrases are looked for all at once (Aho and Corasick 1975), in any case; what has a form (cards, keys, addresses) by
expressions whose beginnings are known too. Nothing held back is longer than the longest phrase, or a form's reach.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from backend.domain.toml import read_toml
from backend.turn.egress.normal_form import normal_form

TABLE = read_toml(Path(__file__).with_suffix(".toml"))
LOOK_ALIKES = dict(zip(*TABLE["letters"].values(), strict=True))


MOST_HELD = 4_000  # characters: what is longer and still nothing is written to wear the screen out
DISGUISED = "disguised"

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
        self._before = ""  # the last character that went out, as it is read
        self._held = ""

    def takes(self, text: str) -> bool:
        """Tell whether a text that stands by itself, such as a follow-up, may go out; if not, `caught` is its kind."""
        kind = self.kind_in(text)
        self.caught = self.caught or kind
        return kind is None

    def kind_in(self, text: str) -> str | None:
        """Return the kind of what must not go out in a text that stands by itself; None where all of it may."""
        beside = Screen({}, self._watches)
        beside.let_through(text)
        beside.end()
        return beside.caught

    def let_through(self, text: str) -> str:
        """Return what may go out now."""
        return self._pass(text, is_end=False)

    def end(self) -> str:
        """Return what was held back, now that it can become nothing else."""
        return self._pass("", is_end=True)

    def _pass(self, more: str, *, is_end: bool) -> str:
        if self.caught:
            return ""
        original = self._held + more
        form = normal_form(original, is_end=is_end)
        text, start = self._before + form.text, len(self._before)
        keep, hit = 0, None
        for watch in self._watches:
            found, held = watch.look(text, start, is_end=is_end)
            keep = max(keep, held)
            if found and (hit is None or found < hit):
                hit = found
        until = len(text) if is_end else len(text) - keep
        if hit and hit[0] <= until:  # what stands before it may itself be waited for
            until, self.caught = hit
        place = form.place_of(max(0, until - start))
        self._before = text[until - 1 : until] if until > start else self._before
        self._held = original[place:]
        if len(self._held) > MOST_HELD and not self.caught:
            self.caught = DISGUISED
        return original[:place]


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
    as_read = {lower(normal_form(phrase, is_end=True).text.strip()): kind for phrase, kind in phrases}
    for phrase, kind in as_read.items():
        if not phrase:
            continue
        state = 0
        for char in phrase:
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


class Letters:
    """Finds phrases of letters and digits, whatever else stands between those, and in letters that look alike."""

    def __init__(self, phrases: Mapping[str, str]) -> None:
        letters = {"".join(filter(str.isalnum, phrase)): kind for phrase, kind in phrases.items()}
        self._phrases = Phrases.of({phrase: kind for phrase, kind in letters.items() if phrase})

    def look(self, text: str, start: int, *, is_end: bool) -> tuple[Hit | None, int]:
        if not text.isascii():
            text = "".join(map(plain_letter, text))
        places = [at for at in range(start, len(text)) if text[at].isalnum()]
        hit, depth = self._phrases.look("".join([text[at] for at in places]), 0, is_end=is_end)
        kept = len(text) - places[-depth] if depth else 0
        return (places[hit[0]], hit[1]) if hit else None, kept


@lru_cache(maxsize=4_096)
def plain_letter(character: str) -> str:
    """Return the plain letter that this one is, but for its accent or script; itself where it is none."""
    first = unicodedata.normalize("NFKD", LOOK_ALIKES.get(character, character))[0]
    return first if first.isascii() else character


class Cards:
    """Finds numbers of payment cards: issuer, length and check digit right, between characters that are no digits."""

    kind = "card"

    def look(self, text: str, start: int, *, is_end: bool) -> tuple[Hit | None, int]:
        if not DIGIT.search(text, start):
            return None, 0
        tail = text[-LINKED_REACH:]
        reach = LINKED_REACH if "](" in tail or "<" in tail else CARD_REACH
        near_end = max(start, len(text) - reach)
        tails = (CARD_TAIL.search(text, near_end), HALF_GROUPED.search(text, near_end))
        held = max((len(tail.group()) for tail in tails if tail), default=0)
        return min(filter(None, self._find(text, start, is_end=is_end)), default=None), held

    def _find(self, text: str, start: int, *, is_end: bool) -> Iterator[Hit | None]:
        """Yield where the first card begins, in the usual groups and in groups with any marks between."""
        for run in DIGITS_IN_GROUPS.finditer(text, start):
            if run.end() - run.start() >= FEWEST_DIGITS and (at := first_card(run, len(text), is_end=is_end)) >= 0:
                yield at, self.kind
                break
        for grouped in GROUPED.finditer(text, start):
            if (is_end or grouped.end() < len(text)) and is_grouped_card(grouped.group()):
                yield grouped.start(), self.kind
                break


def is_grouped_card(written: str) -> bool:
    """Tell whether groups of digits are a card's. What mostly ends in 0 is a list of prices or sizes."""
    groups = DIGITS.findall(BESIDE.sub(" ", written))
    return sum(group.endswith("0") for group in groups) < len(groups) - 1 and is_card(
        "".join(groups), ISSUERS_IN_GROUPS
    )


def first_card(run: re.Match[str], length: int, *, is_end: bool) -> int:
    """Return where in a text of so many characters the first card of a run of digits begins; -1 where there is none."""
    places = [run.start() + at for at, char in enumerate(run.group()) if char.isdigit()]
    digits = "".join([char for char in run.group() if char.isdigit()])
    for first, place in enumerate(places):
        if digits[first] not in FIRST_DIGITS or (first and places[first - 1] == place - 1):
            continue
        for after in range(min(first + MOST_DIGITS, len(places)), first + FEWEST_DIGITS - 1, -1):
            goes_on = after < len(places) and places[after] == places[after - 1] + 1
            is_known = is_end or places[after - 1] + 1 < length  # that no digit follows
            if is_known and not goes_on and is_card(digits[first:after]):
                return place
    return -1


DIGIT = re.compile(r"[0-9]")
FEWEST_DIGITS, MOST_DIGITS = 12, 19
FIRST_DIGITS = frozenset("23456")  # of all issuers of the table
CARD_REACH = 80
LINKED_REACH = 200  # where links' addresses or tags stand between its groups
# What people put between the digits of a card: a blank, or a dash, dot or slash between blanks.
DIGITS_IN_GROUPS = re.compile(r"(?<![0-9])[0-9](?:(?: ?[.\-/] ?| )?+[0-9])*+")
CARD_TAIL = re.compile(r"(?<![0-9])[0-9](?:(?: ?[.\-/] ?| )?[0-9]){0,18}(?: ?[.\-/] ?| )?\Z")
# A card as issuers group it, or digit by digit, with any marks, tags or a link's address between the groups.
BESIDE = re.compile(r"\]\([^()\s]{0,40}\)|<[^<>]{0,20}>")
MARKS = r"(?:\]\([^()\s]{0,40}\)|<[^<>]{0,20}>|[^0-9A-Za-z]){1,6}"
MARK = r"[^0-9A-Za-z|]{1,3}"
HALF_MARKS = r"(?:\]\([^()\s]{0,40}\)?|<[^<>]{0,20}>?|[^0-9A-Za-z]){0,6}"
GROUPED = re.compile(
    rf"(?<![0-9])(?=[2-6])(?:[0-9]{{4}}(?:{MARKS}[0-9]{{4}}){{3}}|3[0-9]{{3}}{MARKS}[0-9]{{6}}{MARKS}[0-9]{{4,5}}"
    rf"|[0-9](?:{MARK}[0-9]){{14,15}})(?![0-9])"
)
HALF_GROUPED = re.compile(
    rf"(?<![0-9])(?=[2-6])(?:[0-9]{{4}}(?:{MARKS}[0-9]{{4}}){{0,2}}{HALF_MARKS}[0-9]{{0,4}}"
    rf"|3[0-9]{{3}}{MARKS}[0-9]{{0,6}}{HALF_MARKS}[0-9]{{0,5}}|[0-9](?:{MARK}[0-9]){{0,15}}[^0-9A-Za-z|]{{0,3}})\Z"
)
DIGITS = re.compile(r"[0-9]+")
DOUBLED = bytes.maketrans(b"0123456789", bytes([48, 50, 52, 54, 56, 49, 51, 53, 55, 57]))
ISSUERS = re.compile(TABLE["cards"]["issuers"], re.VERBOSE)
ISSUERS_IN_GROUPS = re.compile(f"{TABLE['cards']['issuers']}|{TABLE['cards']['issuers_in_groups']}", re.VERBOSE)


def is_card(digits: str, issuers: re.Pattern[str] = ISSUERS) -> bool:
    written = digits.encode("ascii")
    checked = sum(written[::-2]) + sum(written[-2::-2].translate(DOUBLED)) - ord("0") * len(written)
    return checked % 10 == 0 and issuers.fullmatch(digits) is not None


class Secrets:
    """Finds keys and tokens by the beginnings that their issuers gave them, whole or with blanks between."""

    kind = "secret"

    def look(self, text: str, start: int, *, is_end: bool) -> tuple[Hit | None, int]:  # noqa: ARG002 - no end is needed
        if not SECRET_START.search(text, start):
            return None, 0
        found = first_key(text, start)
        tail = HALF_SECRET.search(text, max(start, len(text) - SECRET_REACH))
        return (found.start(), self.kind) if found else None, len(tail.group()) if tail else 0


def first_key(text: str, start: int) -> re.Match[str] | None:
    """Return the first key; what only begins like one may hold the beginning of one."""
    while (found := SECRET.search(text, start)) and not is_key(found.group()):
        start = found.start() + 1
    return found


def is_key(written: str) -> bool:
    """Tell whether this is a key rather than its beginning and words: what has gaps has digits, too, or is a title."""
    if written.startswith("-----BEGIN"):
        return OF_PRIVATE_KEY.search("".join(filter(str.isalpha, written))) is not None
    return GAP_MARK.search(written) is None or sum(map(str.isdigit, written)) >= LEAST_DIGITS


def _secret(row: Mapping[str, object]) -> str:
    return rf"{_spaced(str(row['begins']))}(?:{GAP}[{row['of']}]){{{row['at_least']}}}"


def _half(row: Mapping[str, object]) -> str:
    begins, most = str(row["begins"]), int(str(row["at_least"])) - 1
    halves = [_spaced(begins[:count]) for count in range(len(begins) - 1, 0, -1)]
    return "|".join(rf"{each}{GAP}" for each in (rf"{_spaced(begins)}(?:{GAP}[{row['of']}]){{0,{most}}}", *halves))


def _spaced(letters: str) -> str:
    return GAP.join(map(re.escape, letters))


GAP = r"[ \"'|+,>]{0,5}"  # between a key's characters
OF_PRIVATE_KEY = re.compile("PRI|ENCRYPTEDP")
GAP_MARK = re.compile(r"[ \"'|+,>]")
LEAST_DIGITS = 3
SECRETS = [
    {"begins": normal_form(begins, is_end=True).text, "of": row["of"], "at_least": row["at_least"]}
    for row in TABLE["secrets"]
    for begins in row["begins"]
]
SECRET_REACH = 3 * max(len(row["begins"]) + row["at_least"] for row in SECRETS)
SECRET_START = re.compile(rf"(?<![A-Za-z0-9])[{re.escape(''.join(sorted({row['begins'][0] for row in SECRETS})))}]")
SECRET = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(_secret, SECRETS))})")
HALF_SECRET = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(_half, SECRETS))})\Z")


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
        hosts = (host.replace("_", "") for host in self.hosts)  # as a normal form has them
        return any(name == host or name.endswith(f".{host}") for host in hosts)


LINK_REACH = 270  # a scheme and the longest name of a host
ADDRESS = re.compile(r"https?://(?P<host>[^\s/?#)\]>\"'\\|]*)", re.IGNORECASE)
HALF_ADDRESS = re.compile(r"h(?:t(?:t(?:p(?:s?(?::(?:/(?:/[^\s/?#)\]>\"'\\|]*)?)?)?)?)?)?)?$", re.IGNORECASE)
