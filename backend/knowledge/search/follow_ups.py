"""A question that leans on those before it: "and in Australia?", "how much is it?", "when?".

Rules: no model is asked; a question leans by its words, which are a table by language, or by being a mere fragment; it
leans on the last question that stood on its own feet. The question itself comes first in what is read together, for its
first words count most.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_WORDS_OF_A_FRAGMENT = 6
CERTAINLY_A_FRAGMENT = 3
WORD = re.compile(r"[^\W_]+")

LEANS = {
    "en": re.compile(
        r"^\W*(?:and|also|but|or|then|so|ok(?:ay)?|what about|how about|what if|how (?:long|much|many|often|far|old)"
        r"|how so|which one|in|on|at|for|to|from|with|without|by)\b"
        r"|^\W*(?:why|where|when|who|how)(?: (?:not|else|exactly))?\W*$"
        r"|\b(?:it|its|they|them|their|that|this|these|those|there|one|ones|same|else)\b",
        re.I,
    ),
    "de": re.compile(
        r"^\W*(?:und|auch|aber|oder|dann|also|was ist mit|wie (?:lange|viel|viele|oft|weit|hoch|teuer)"
        r"|in|an|auf|bei|für|nach|von|zu|mit|ohne)\b|^\W*(?:warum|wo|wann|wer|wie)\W*$"
        r"|\b(?:es|sie|das|dies|diese|dieser|dieses|dort|dafür|davon|damit|dazu|darin)\b",
        re.I,
    ),
}


def leans(question: str, language: str) -> bool:
    """Tell whether a question may need the one before to be understood."""
    pattern = LEANS.get(language, LEANS["en"])
    return bool(pattern.search(question)) or len(WORD.findall(question)) <= CERTAINLY_A_FRAGMENT


def is_fragment(question: str, language: str) -> bool:
    """Tell whether a question leans and is so short that what it finds by itself may be by chance."""
    return leans(question, language) and len(WORD.findall(question)) <= MOST_WORDS_OF_A_FRAGMENT


def read_together(question: str, before: Sequence[str], language: str) -> str:
    """Return the question with the one that it leans on, which is the last that stood on its own feet."""
    on_its_own = [each for each in before if not leans(each, language)]
    return f"{question}\n{on_its_own[-1] if on_its_own else before[0]}"
