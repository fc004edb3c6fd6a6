"""Documents that speak to the model instead of to people.

A mark never leaves a document out: it is shown to staff, and the prompt keeps documents apart from orders anyway.
The table names what was seen, so that a person can judge it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from backend.domain.knowledge import Document
from backend.domain.ports import PageScreen

PHRASES = {
    "orders_to_forget": r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}"
    r"\b(?:previous|prior|above|earlier|preceding|all|any|your|these|system|safety)\b[^.\n]{0,30}"
    r"\b(?:instruction|prompt|rule|guideline|direction|context|message|polic|constraint)",
    "new_role": r"\byou are (?:now|no longer) (?:an? |the |in )?"
    r"(?:ai|assistant|bot|model|unrestricted|jailbroken|dan|evil|bound|restricted|subject)\b"
    r"|\bfrom now on,? you (?:are|will|must|only)\b|\bact as (?:an? )?(?:unrestricted|jailbroken|dan\b)"
    r"|\b(?:developer|god|dan) mode (?:is )?(?:on|enabled|activated)\b",
    "speaks_as_system": r"(?m)^\s*(?:#+\s*|\**\[?)?(?:system|assistant|new instructions?|updated instructions?)\s*"
    r"(?:prompt|message|override|note|update)?\]?\**\s*:|<\|?(?:system|im_start|im_end|endoftext)\|?>|\[/?INST\]"
    r"|</?(?:system|instructions?)>",
    "asks_for_the_prompt": r"\b(?:reveal|show|print|repeat|output|leak|disclose|reproduce)\b[^.\n]{0,30}"
    r"\b(?:system prompt|your (?:prompt|instructions)|hidden instructions|initial instructions)",
    "speaks_to_the_model": r"\b(?:dear|hey|attention|note to|instructions? (?:for|to))\s+(?:the\s+|any\s+|all\s+)?"
    r"(?:ai|llms?|language models?|chat ?bots?|gpt|claude|assistants?)\b"
    r"|\b(?:as an|if you are an?) (?:ai|llm|language model)\b"
    r"|\b(?:do not|don't|never) (?:tell|inform|mention)\b[^.\n]{0,40}\b(?:user|visitor|customer)s?\b",
    "sends_it_elsewhere": r"\b(?:send|forward|post|upload|exfiltrate|transmit)\b[^.\n]{0,60}"
    r"\b(?:conversation|chat history|user'?s? (?:data|details|input)|credentials|api keys?|passwords?)\b[^.\n]{0,40}"
    r"\b(?:to|at)\b\s+(?:https?:|\S+@)",
    "hidden_text": "[\u200b\u2060\u202a-\u202e\u2066-\u2069]{3,}|[\U000e0000-\U000e007f]",
}
HIDES = "hides_"
PATTERNS = {mark: re.compile(pattern, re.I) for mark, pattern in PHRASES.items()}


def find_marks(text: str) -> tuple[str, ...]:
    """Return the names of what is suspicious in a document, in the table's order; nothing for most documents."""
    return tuple(mark for mark, pattern in PATTERNS.items() if pattern.search(text))


def with_hidden_marks(document: Document, screen: PageScreen) -> Document:
    """Return the document, with a mark for each kind of order that it hides from its readers."""
    found = (f"{HIDES}{family}" for family in screen(f"{document.title}\n{document.text}"))
    return replace(document, marks=tuple(dict.fromkeys((*document.marks, *found))))


def hides_orders(document: Document) -> bool:
    return any(mark.startswith(HIDES) for mark in document.marks)


def sees_nothing(document: str) -> tuple[str, ...]:  # noqa: ARG001 - the port names it
    """Implements the port `PageScreen` where nobody looks."""
    return ()
