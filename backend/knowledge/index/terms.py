"""Words as the index compares them.

Rules: documents and questions go through the same steps, so that both sides meet; a term is a lower-case Snowball
stem without accents; a code of letters and digits (`HP-1040/B`) is a term in one piece, too, so that it is found as
`HP1040B`; marks that nobody sees count for nothing, those that sound (Hindi, Thai) continue a word; what is particular
to a language stands in its table (`tables.py`), how scripts without spaces are cut in `runs.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

import snowballstemmer  # type: ignore[import-untyped]

from backend.domain.letters import MARKS
from backend.knowledge.index.runs import SPACELESS, cut_runs
from backend.knowledge.index.tables import fold, table_of

WORD = re.compile(rf"[^\W_][\w{MARKS}]*(?:['’][\w{MARKS}]+)*")
LINK_ADDRESS = re.compile(r"\]\([^)\s]*(?:\s+\"[^\"]*\")?\)|<?https?://[^\s)>\]]+>?")
POSSESSIVE = re.compile(r"['’]s$")
INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b-\u200d\u2060\ufeff]")
CODE = re.compile(
    r"(?<![^\W_])(?:(?=[^\W\d_]*+\d)[^\W_]++|[^\W\d_]{1,5})"
    r"(?:[-‐‑–/._](?:(?=[^\W\d_]*+\d)[^\W_]++|[^\W\d_]{1,4})){1,4}(?![^\W_])"
)
LONGEST_CODE = 24
HAS_BOTH = re.compile(r"\d[^\W\d_]|[^\W\d_]\d")
LONGEST_WORD = 64
LEFT_BY_AN_ENDING = 3  # letters


def language_of(locale: str) -> str:
    """Return the two-letter language of a locale such as `en-AU`; `en` for an empty one."""
    return re.split(r"[-_]", locale.strip().lower(), maxsplit=1)[0] or "en"


def find_words(text: str) -> list[str]:
    """Return the words of a text in order, lower-case, without the addresses of its links."""
    return WORD.findall(_plain(text).replace("_", " "))


def find_codes(text: str, language: str = "en") -> Mapping[str, frozenset[str]]:
    """Return the codes of a text as one term each, with the terms of their parts."""
    found = {"".join(WORD.findall(code)): frozenset(WORD.findall(code)) for code in CODE.findall(_plain(text))}
    return {
        stem(code, language): frozenset(stem(part, language) for part in parts)
        for code, parts in found.items()
        if len(code) <= LONGEST_CODE and HAS_BOTH.search(code)
    }


def find_terms(text: str, language: str = "en") -> list[str]:
    """Return the terms of a text in order, without stop words, then its codes; a word may come more than once."""
    terms = [term for word in find_words(text) for term in _terms_of(word, language)]
    return [*terms, *find_codes(text, language)]


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """Return a word's stem without accents; the word itself in a language that we have no stemmer for."""
    bare = POSSESSIVE.sub("", word).replace("’", "'")[:LONGEST_WORD]
    table = table_of(language)
    # A stemmer keeps the word it works on in itself, so each call has its own: threads never share one.
    found = str(snowballstemmer.stemmer(table.stemmer).stemWord(bare)) if table.stemmer else bare
    return _without_ending(fold(found, language), table.endings) if table.endings else fold(found, language)


@lru_cache(maxsize=100_000)
def is_stop_word(word: str, language: str) -> bool:
    return fold(word.replace("’", "'"), language) in table_of(language).stop_words


def _terms_of(word: str, language: str) -> list[str]:
    if SPACELESS.search(word):
        return [
            part if SPACELESS.match(part) else stem(part, language)
            for part in cut_runs(word, language)
            if not is_stop_word(part, language)
        ]
    return [] if is_stop_word(word, language) else [stem(word, language)]


def _without_ending(word: str, endings: tuple[str, ...]) -> str:
    """Return a word without its longest known ending, where enough is left of it."""
    return next(
        (word[: -len(each)] for each in endings if word.endswith(each) and len(word) >= len(each) + LEFT_BY_AN_ENDING),
        word,
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", LINK_ADDRESS.sub(" ", text))).casefold()
