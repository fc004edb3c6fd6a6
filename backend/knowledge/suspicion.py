"""Documents that speak to the model instead of to people.

A mark never leaves a document out: it is shown to staff, and the prompt keeps documents apart from orders anyway.
The table names what was seen, so that a person can judge it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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
PATTERNS = {mark: re.compile(pattern, re.I) for mark, pattern in PHRASES.items()}


def find_marks(text: str) -> tuple[str, ...]:
    """Return the names of what is suspicious in a document, in the table's order; nothing for most documents."""
    return tuple(mark for mark, pattern in PATTERNS.items() if pattern.search(text))


def mark_hidden_orders(
    documents: Iterable[Document], hidden_orders: PageScreen
) -> tuple[tuple[Document, ...], list[str]]:
    """Return the documents, those that hide orders with a mark for each kind, and what their owner should hear."""
    marked, warnings = [], []
    for document in documents:
        found = tuple(f"hides_{family}" for family in hidden_orders(f"{document.title}\n{document.text}"))
        marked.append(replace(document, marks=tuple(dict.fromkeys((*document.marks, *found)))))
        if found:
            warnings.append(f"{document.key} is marked for review: {', '.join(found)}.")
    return tuple(marked), warnings
