"""How far a text is carried by what it was given: a score between 0 (by nothing) and 1 (word for word).

Surface signs are combined by a logistic regression, as the lexical baselines of attribution benchmarks do (BEGIN,
Dziri et al. 2022; FaithDial, Dziri et al. 2022). It tells a reply that has left its pages from one that keeps to them;
it does not see a subtle error, so a low score raises a flag for staff and blocks nothing.

Each sentence gets the same score, with the page that carries most of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from backend.domain.letters import WORD, plain_words, without_points
from backend.domain.toml import read_toml

TABLE = read_toml(Path(__file__).with_suffix(".toml"))
WEIGHTS: dict[str, float] = TABLE["weights"]
FLAG_BELOW: float = TABLE["flag_below"]
FLAG_SENTENCE_BELOW: float = TABLE["flag_sentence_below"]
LEAST_WORDS: int = TABLE["least_words"]
EMPTY = frozenset(TABLE["words"]["empty"].split())
OWN = frozenset(TABLE["words"]["own"].split())
ENDINGS: tuple[str, ...] = tuple(TABLE["words"]["endings"].split())
LEAST_STEM = 3
USUAL_WORDS = 16  # that say something: of a longer text what is missing counts by its share
WELL_KNOWN = 0.9  # of the words of a sentence; of 2,941 weak ones in the public rows none had as many
PAGES_KEPT = 64  # of 900 characters, and about 150 KB each once they are read
MOST_SENTENCES = 100  # that are looked at one by one: a longer reply is judged as a whole
ADDRESS = re.compile(r"(?:\]\s?\()?\bhttps?://[^\s)>\]]+")  # is judged as a link, and would drown the words
SENTENCE = re.compile(r"[^\s*#>\-|].*?(?:[.!?।۔؟](?=\s)|(?=\n)|\Z)", re.DOTALL)

Sign = TypeVar("Sign", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Signs:
    """What of a text is compared with another. `content` are the stems that say something, in reading order."""

    content: tuple[str, ...]
    content_share: float
    stems: frozenset[str]
    pairs: frozenset[tuple[str, ...]]
    threes: frozenset[tuple[str, ...]]
    letters_4: frozenset[tuple[str, ...]]
    letters_5: frozenset[tuple[str, ...]]
    speaks_of_itself: bool

    @property
    def says_enough(self) -> bool:
        """Whether there is anything that a page could carry: a greeting or a short "no" rests on none."""
        return len(self.content) >= LEAST_WORDS


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that states something: its place in the message, how far all pages carry it, and the number of the
    one that carries most of it; None where none does."""

    start: int
    end: int
    support: float
    carried_by: int | None


def support_of(text: str, given: Iterable[str]) -> float:
    """Return how far the given texts carry a text, between 0 and 1."""
    return score_of(read(text), [read_page(page) for page in given])


def judge_support(message: str, given: Iterable[str], said: Iterable[str] = ()) -> tuple[float | None, list[Sentence]]:
    """Return how far pages, and what was said before, carry a message, None where it says too little; and each of its
    sentences that states something, if the message or one of them is weak. Questions state nothing."""
    pages = [*map(read_page, given), *map(read, said)]
    signs = read(message)
    whole = score_of(signs, pages) if signs.says_enough else None
    sentences = [found for found in SENTENCE.finditer(message) if not found.group().endswith(("?", "؟"))]
    looked_at: dict[int, Sentence | None] = {}

    def look_at(found: re.Match[str]) -> Sentence | None:
        """Return how far a sentence is carried, None where it says too little; each is looked at once."""
        start = found.start()
        if start not in looked_at:
            own = signs if found.group() == message else read(found.group())
            looked_at[start] = sentence_of(found, own, pages) if own.says_enough else None
        return looked_at[start]

    is_weak = whole is not None and whole < FLAG_BELOW
    if not is_weak:
        known = frozenset().union(*[page.stems for page in pages])
        doubtful = [found for found in sentences if not is_well_known(found.group(), known)]
        looks = map(look_at, doubtful[:MOST_SENTENCES])
        is_weak = len(doubtful) > MOST_SENTENCES or any(each and each.support < FLAG_SENTENCE_BELOW for each in looks)
    return whole, [each for found in sentences[:MOST_SENTENCES] if (each := look_at(found))] if is_weak else []


def carry_sentences(message: str, given: Iterable[str]) -> list[Sentence]:
    """Return how far each sentence of a message is carried by pages, whatever they think of the whole of it; a sentence
    that says too little for a page to carry has the support 1, and nothing that carries it."""
    pages = [read_page(page) for page in given]
    found = list(SENTENCE.finditer(message))[:MOST_SENTENCES]
    return [_carried(each, read(each.group()), pages) for each in found]


def _carried(found: re.Match[str], signs: Signs, pages: Sequence[Signs]) -> Sentence:
    if found.group().endswith(("?", "؟")) or not signs.says_enough:
        return Sentence(found.start(), found.end(), 1.0, None)
    return sentence_of(found, signs, pages)


def is_well_known(sentence: str, known: frozenset[str]) -> bool:
    """Tell whether nearly all that a sentence says is known, so that it need not be looked at more closely."""
    content = [stem(word) for word in plain_words(sentence) if word not in EMPTY]
    return sum([each in known for each in content]) >= WELL_KNOWN * len(content)


def sentence_of(found: re.Match[str], signs: Signs, pages: Sequence[Signs]) -> Sentence:
    return Sentence(found.start(), found.end(), score_of(signs, pages), carrier_of(signs, pages))


def carrier_of(signs: Signs, pages: Sequence[Signs]) -> int | None:
    """Return the number of the page that holds most of the words that say something."""
    held = [sum(map(page.stems.__contains__, signs.content)) for page in pages]
    return held.index(max(held)) if any(held) else None


def score_of(signs: Signs, pages: Sequence[Signs]) -> float:
    compared = compare(signs, pages)
    return 1 / (1 + math.exp(-WEIGHTS["bias"] - sum(WEIGHTS[name] * value for name, value in compared.items())))


def compare(text: Signs, pages: Sequence[Signs]) -> dict[str, float]:
    """Return the signs of support by their names, each of the order of 1."""
    unknown = left_of(text.stems, [page.stems for page in pages])
    missing = [stem for stem in text.content if stem in unknown]
    letters = sum(map(len, missing)) * min(1.0, USUAL_WORDS / max(1, len(text.content)))
    return {
        "letters_4": share(text.letters_4, [page.letters_4 for page in pages]),
        "letters_5": share(text.letters_5, [page.letters_5 for page in pages]),
        "runs_of_3": share(text.threes, [page.threes for page in pages]),
        "pairs": share(text.pairs, [page.pairs for page in pages], otherwise=0.5),
        "stems": share(text.stems, [page.stems for page in pages]),
        "letters_missing": math.log1p(letters),
        "nothing_missing": float(not missing),
        "content": text.content_share,
        "speaks_of_itself": float(text.speaks_of_itself),
    }


def share(wanted: frozenset[Sign], known: Sequence[frozenset[Sign]], *, otherwise: float = 0.0) -> float:
    """Return which share of the signs stands in any of the texts; `otherwise` where there are none to look for."""
    return 1 - len(left_of(wanted, known)) / len(wanted) if wanted else otherwise


def left_of(wanted: frozenset[Sign], known: Sequence[frozenset[Sign]]) -> frozenset[Sign]:
    """Return the signs that stand in none of the texts."""
    left = wanted
    for each in known:
        left = left - each  # goes through what is left; `difference` with several would go through every page
    return left


def read(text: str) -> Signs:
    """Return what of a text is compared."""
    small = without_points(text).lower()
    if "http" in small:
        small = ADDRESS.sub(" ", small)
    words = WORD.findall(small)
    stems = [stem(word) for word in words]
    content = [each for word, each in zip(words, stems, strict=True) if word not in EMPTY]
    return Signs(
        content=tuple(content),
        content_share=len(content) / max(1, len(stems)),
        stems=frozenset(stems),
        pairs=frozenset(pairwise(content)),
        threes=grams(stems, 3),
        letters_4=grams(spaced(words, small, str.isalnum), 4),
        letters_5=grams(spaced(small.split(), small, lambda letter: not letter.isspace()), 5),
        speaks_of_itself=not OWN.isdisjoint(words),
    )


def spaced(pieces: Sequence[str], text: str, belongs: Callable[[str], bool]) -> str:
    """Return the pieces of a text with single blanks around them: two where the text itself has more than pieces."""
    before, behind = ("" if belongs(end) else " " for end in (text[:1] or "-", text[-1:] or "-"))
    return f" {before}{' '.join(pieces)}{behind} "


# The pages that visitors ask about are few and the same; what was said in a conversation is never kept.
read_page = lru_cache(maxsize=PAGES_KEPT)(read)


@cache
def endings_by_last() -> dict[str, tuple[str, ...]]:
    return {last: tuple(each for each in ENDINGS if each[-1] == last) for last in {each[-1] for each in ENDINGS}}


@lru_cache(maxsize=8_192)
def stem(word: str) -> str:
    """Return a word without its ending, so that "returning" and "returned" meet."""
    for ending in endings_by_last().get(word[-1], ()):
        if word.endswith(ending) and len(word) - len(ending) >= LEAST_STEM:
            return word[: -len(ending)]
    return word


def grams(signs: Sequence[str], size: int) -> frozenset[tuple[str, ...]]:
    """Return every run of so many signs. Tuples of letters are made at a third of what slices of a text cost."""
    return frozenset(zip(*[signs[at:] for at in range(size)], strict=False))
