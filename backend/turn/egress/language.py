"""Tells whether a reply is written in another language than its question.

Only what is sure counts: a text too short to show its language, or one that mixes two, is taken for any. Neighbours
such as Danish and Norwegian are one language here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import re2

from backend.domain.letters import LETTERS
from backend.domain.toml import read_toml

TABLE = read_toml(Path(__file__).with_suffix(".toml"))
LEAST_LETTERS: int = TABLE["least_letters"]
LEAST_WORDS: int = TABLE["least_words"]
WITH_CAPITAL_NOUNS = frozenset(TABLE["capital_nouns"])
SCRIPTS: dict[str, re.Pattern[str]] = {
    name: re.compile(f"[{chr(first)}-{chr(last)}]") for name, (first, last) in TABLE["scripts"].items()
}
NAMES = {code: frozenset(names.split()) for code, names in TABLE["names"].items()}
WORDS: dict[str, frozenset[str]] = {code: frozenset(words.split()) for code, words in TABLE["words"].items()}
CODES_OF = {word: [code for code in WORDS if word in WORDS[code]] for words in WORDS.values() for word in words}
OWN_TEXTS_KEPT = 256  # of owners, who write few; what visitors wrote is never kept
NO_PROSE = re.compile(
    r"https?://\S+|\S{1,64}@\S{1,255}|```.*?(?:```|\Z)|`[^`\n]*`|\"[^\"\n]{0,500}\"|[“„«][^”“»\n]{0,500}[”“»]",
    re.DOTALL,
)
MAY_BE_NO_PROSE = re2.compile(r"(?i)http|[@`\"“„«]")  # most texts hold none of it: one cheap look


def other_language(
    message: str, question: str, said_before: Iterable[str] = (), own: Iterable[str] = ()
) -> tuple[str, str] | None:
    """Return (language of the question, of the reply) where they differ for sure and nobody asked for the reply's.

    `said_before` and `own` may ask for a language, or be written in it: earlier questions, and the site's own rules.
    """
    wanted = language_of(question)
    written = language_of(message, least_letters=LEAST_LETTERS) if wanted else None
    if wanted is None or written is None or wanted == written:
        return None
    if any(language_of(text) == written or names_language(text, written) for text in (question, *said_before)):
        return None
    if any(language_of_own(text) == written or names_language(text, written) for text in own):
        return None
    return wanted, written


def language_of(text: str, *, least_letters: int = 0) -> str | None:
    """Return the code of the language that a text is surely written in; a script stands for its languages."""
    prose = NO_PROSE.sub(" ", text) if MAY_BE_NO_PROSE.search(text) else text
    words = LETTERS.findall(prose.lower())
    letters = sum(map(len, words))
    if letters < least_letters:
        return None
    for script, pattern in SCRIPTS.items() if not prose.isascii() else ():
        share = len(pattern.findall(prose)) / max(1, letters)
        if share > (0.1 if script == "kana" else 0.5):  # Japanese is written in Chinese letters too
            return script
    votes = Counter(code for word in set(words) for code in CODES_OF.get(word, ()))
    (code, most), (_, second) = [*votes.most_common(2), ("", 0), ("", 0)][:2]
    return code if most >= LEAST_WORDS and most >= 2 * second else None


language_of_own = lru_cache(maxsize=OWN_TEXTS_KEPT)(language_of)


def names_language(text: str, code: str) -> bool:
    return not NAMES.get(code, frozenset()).isdisjoint(LETTERS.findall(text.lower()))
