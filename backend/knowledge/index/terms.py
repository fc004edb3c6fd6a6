"""Words as the index compares them.

Rules: documents and questions go through the same steps, so that both sides meet; a term is a lower-case Snowball
stem; a code of letters and digits (`HP-1040/B`) is a term in one piece, too, so that it is found as `HP1040B`; marks
that nobody sees count for nothing; Chinese, Japanese and Korean, which write without spaces, are compared by pairs of
characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

import snowballstemmer  # type: ignore[import-untyped]

from backend.knowledge.index.stop_words import STOP_WORDS

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
SPACELESS_OR_NOT = re.compile(rf"{SPACELESS.pattern}|[^\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
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

LANGUAGES = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}


def language_of(locale: str) -> str:
    """Return the two-letter language of a locale such as `en-AU`; `en` for an empty one."""
    return re.split(r"[-_]", locale.strip().lower(), maxsplit=1)[0] or "en"


def find_words(text: str) -> list[str]:
    """Return the words of a text in order, lower-case, without the addresses of its links."""
    return [word for found in WORD.findall(_plain(text)) for word in _cut_spaceless(found)]


def find_codes(text: str, language: str = "en") -> Mapping[str, frozenset[str]]:
    """Return the codes of a text as one term each, with the terms of their parts."""
    found = {"".join(WORD.findall(code)): frozenset(WORD.findall(code)) for code in CODE.findall(_plain(text))}
    return {
        stem(code, language): frozenset(stem(part, language) for part in parts)
        for code, parts in found.items()
        if len(code) <= LONGEST_CODE and HAS_BOTH.search(code)
    }


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", LINK_ADDRESS.sub(" ", text))).casefold()


def find_terms(text: str, language: str = "en") -> list[str]:
    """Return the terms of a text in order, without stop words, then its codes; a word may come more than once."""
    stop_words = STOP_WORDS.get(language, frozenset())
    terms = [
        stem(word, language) for word in find_words(text) if word.replace("’", "'") not in stop_words and word != "'"
    ]
    return [*terms, *find_codes(text, language)]


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """Return a word's stem; the word itself in a language that we have no stemmer for."""
    bare = POSSESSIVE.sub("", word).replace("’", "'")[:LONGEST_WORD]
    algorithm = LANGUAGES.get(language)
    # A stemmer keeps the word it works on in itself, so each call has its own: threads never share one.
    return str(snowballstemmer.stemmer(algorithm).stemWord(bare)) if algorithm else bare


def _cut_spaceless(word: str) -> Iterator[str]:
    if not SPACELESS.search(word):
        yield word
        return
    for run in SPACELESS_OR_NOT.findall(word):
        if SPACELESS.match(run) and len(run) > 1:
            yield from (run[at : at + 2] for at in range(len(run) - 1))
        else:
            yield run
