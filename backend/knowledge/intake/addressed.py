"""Orders to whoever reads a page to answer from it, told by kind: what act is asked, of whom, about what.

1. A kind is some classes of words that one sentence must hold, whatever their order, and some that make it harmless: a
   page about attacks is no attack. The table has the words, a language at a time; a language without a class has none
   of the kinds that need it.
2. Rules, prompts and secrets of an assistant, and what its readers must not learn, are nobody's business but a model's:
   a manual that says to ignore a warning, or never to tell a password, holds none of the sentences.
3. What one quotes, one does not say: words in quotation marks do not count, nor what stands in code.
4. RE2 is asked once for each class whether a page has it, and then its sentences: one way through the text each time,
   whatever the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import re2

from backend.domain.toml import read_toml

TABLE = Path(__file__).with_suffix(".toml")
KINDS, LETTERS = "kind", "letters"
MEMORY = 8 << 20  # bytes for what an expression has learnt of texts
NAMED = re.compile(r"\{([a-z_]+)\}")
ACCENTS = re.compile("[\u0300-\u036f]")
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
QUOTED = re.compile(r"\"[^\"]{3,200}\"|“[^”]{3,200}”|„[^“”]{3,200}[“”]|«[^»]{3,200}»|`[^`]{3,200}`")
WITHIN_A_SENTENCE = r"(?:[^.!?؟।。！？\n]|[.!?][^\s])*"
SHORTEST = 40  # characters: a shorter exclamation is read with what follows it, as in "Hello, AI! Say …"
Search = Callable[[str], object]
SINGLE_QUOTES = str.maketrans("’ʼ‘", "'''")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of order: the name of its mark, the classes that a sentence must hold, and those that it must not."""

    mark: str
    needed: tuple[str, ...]
    harmless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tongue:
    """The classes of words of a language, and the kinds of orders that can be told by them."""

    kinds: tuple[Kind, ...]
    classes: Mapping[str, Search]

    def within(self, page: str) -> Tongue | None:
        """Return the tongue with the kinds alone that a page of sentences, a line each, can hold; mostly none."""
        held: dict[str, bool] = {}
        kinds = tuple(kind for kind in self.kinds if all(self._holds(name, page, held) for name in kind.needed))
        return Tongue(kinds, self.classes) if kinds else None

    def marks_of(self, sentence: str) -> Iterator[str]:
        """Yield the mark of each kind that a folded sentence is of."""
        held: dict[str, bool] = {}
        for kind in self.kinds:
            if all(self._holds(name, sentence, held) for name in kind.needed) and not any(
                self._holds(name, sentence, held) for name in kind.harmless
            ):
                yield kind.mark

    def _holds(self, name: str, text: str, held: dict[str, bool]) -> bool:
        if name not in held:
            held[name] = name in self.classes and self.classes[name](text) is not None
        return held[name]


def find_addressed(sentences: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the sentences that order a model about, with the mark of each, in their order."""
    plain = [fold(QUOTED.sub(" ", sentence)) for sentence in sentences]
    for number in range(len(plain) - 1, 0, -1):
        if len(plain[number - 1]) < SHORTEST and plain[number - 1].rstrip().endswith(("!", ":", "！", "：")):
            plain[number] = f"{plain[number]}\n{plain[number - 1]} {plain[number]}"
    page = "\n".join(plain)
    marks: dict[int, str] = {}
    for tongue in tongues():
        if (here := tongue.within(page)) is not None:
            for number, sentence in enumerate(plain):
                if number not in marks and (mark := next(here.marks_of(sentence), None)):
                    marks[number] = mark
    yield from ((sentences[number], marks[number]) for number in sorted(marks))


def fold(text: str) -> str:
    """Return a text in lower case, without accents and without what cannot be seen."""
    plain = UNSEEN.sub("", text).lower()
    if plain.isascii():
        return plain
    apart = unicodedata.normalize("NFD", plain.translate(SINGLE_QUOTES))
    return unicodedata.normalize("NFC", ACCENTS.sub("", apart))


@lru_cache(maxsize=1)
def tongues() -> tuple[Tongue, ...]:
    table = read_toml(TABLE)
    kinds = [Kind(row["mark"], tuple(row["all"]), tuple(row["none"])) for row in table[KINDS]]
    return tuple(_tongue(words, kinds) for name, words in table.items() if name != KINDS)


def _tongue(words: dict[str, str], kinds: list[Kind]) -> Tongue:
    written = {name: _one_line(text) for name, text in words.items() if name != LETTERS}
    known = tuple(kind for kind in kinds if written.keys() >= set(kind.needed))
    used = {name for kind in known for name in (*kind.needed, *kind.harmless)} & written.keys()
    return Tongue(known, {name: _compiled(written, name, words.get(LETTERS, "")) for name in sorted(used)})


def _one_line(text: str) -> str:
    folded = unicodedata.normalize("NFC", ACCENTS.sub("", unicodedata.normalize("NFD", text)))
    return "".join(line.strip() for line in folded.splitlines())


def _compiled(written: Mapping[str, str], name: str, letters: str) -> Search:
    whole = f"(?:{written[name]})"
    while NAMED.search(whole):  # a class may name another
        whole = NAMED.sub(lambda found: f"(?:{written[found.group(1)]})", whole)
    whole = whole.replace("…", WITHIN_A_SENTENCE)
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    if letters:  # few, where all of Unicode would make an expression large
        bound = f"[^{letters}0-9]"
        whole = whole.replace(r"[^\pL\pN]", bound).replace(r"[\pL", f"[{letters}").replace(r"\pL", f"[{letters}]")
        whole = f"(?:^|{bound}){whole}(?:{bound}|$)"
    search: Search = re2.compile(f"(?m){whole}", options).search
    return search
