"""Documents that speak to the model instead of to people.

1. A mark never leaves a document out: it is shown to staff, and the prompt keeps documents apart from orders anyway.
   Its name says what was seen, so that a person can judge it.
2. Some things nobody says but to a model (`PHRASES`); they are looked for as they stand.
3. Others are harmless where they belong: a page about surveys may speak of "your answer", one about poems may ask for
   one. They are marked where the rest of the page speaks of something else (Yi et al. 2023, BIPIA, hide such sentences
   in e-mails and pages).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import re2

from backend.domain.knowledge import Document
from backend.domain.ports import PageScreen
from backend.domain.toml import read_toml
from backend.knowledge.index import find_terms, split_sentences

PHRASES = {
    "orders_to_forget": r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}"
    r"\b(?:previous|prior|above|earlier|preceding|all|any|your|these|system|safety)\b[^.\n]{0,30}"
    r"\b(?:instruction|prompt|rule|guideline|direction|context|message|polic|constraint)",
    "new_role": r"\byou are (?:now|no longer) (?:an? |the |in )?"
    r"(?:ai|assistant|bot|model|unrestricted|jailbroken|dan|evil|bound|restricted|subject)\b"
    r"|\bfrom now on,? you (?:are|will|must|only)\b|\bact as (?:an? )?(?:unrestricted|jailbroken|dan\b)"
    r"|\b(?:developer|god|dan) mode (?:is )?(?:on|enabled|activated)\b",
    "speaks_as_system": r"(?m:^)[ \t]*(?:#+\s*|\**\[?)?(?:system|assistant|new instructions?|updated instructions?)\s*"
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
PATTERNS = {mark: re2.compile(f"(?i){pattern}") for mark, pattern in PHRASES.items()}


TABLE = read_toml(Path(__file__).with_suffix(".toml"))


def _any_of(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


ANSWER = r"(?:answers?|responses?|repl(?:y|ies)|outputs?)"
BEGINS = r"^(?:please\s)?"
GLUED = r"(?-i:(?<=[a-z]\s)(?=[A-Z]))"  # what is put into a page often sticks to what stood there
POLITELY = r"^(?:please\s|kindly\s)?(?:(?:can|could|would|will)\syou\s(?:please\s)?)?"
CHANGES, TRANSFORMS, SPOILS, LETTERS, MANNERS, HANDS = map(_any_of, TABLE["answers"].values())
WISHES, MAKES, TEXTS = (_any_of(TABLE["requests"][name]) for name in ("wishes", "makes", "texts"))
CHORES = f"(?:{'|'.join(TABLE['requests']['chores'])})"
TELLS_HOW_TO_ANSWER = [
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?:^|[.!?:,]\s|{GLUED}|\b(?:please|and|then|to|you|you\s(?:must|should|can|could|will))\s){CHANGES}\b"
        rf"(?:[^.!?\n]|[.!?](?=\S)){{0,120}}?\b(?:your|the|this|each|every|all)\s(?:(?!to\b)\w+\s){{0,2}}?{ANSWER}\b",
        rf"(?:^|[.!?:]\s)in\s(?:your|the|this|each|every)\s(?:\w+\s)?{ANSWER}\b",
        rf"\b(?:your|the|each|every)\s{ANSWER}\s(?:must|should|has\sto|have\sto|needs?\sto|may|can|shall|will)\s"
        r"(?:only\s|always\s|never\s)?(?:be|contain|include|consist|start|begin|end|use|mention|say|rhyme|have)\b",
        rf"\b{TRANSFORMS}\b[^.!?\n]{{0,60}}?\b(?:your|the)\s(?:\w+\s)?messages?\b",
        rf"\b{LETTERS}s?\b[^.!?\n]{{0,40}}\b(?:of|in)\s(?:\w+\s)?your\s(?:\w+\s)?messages?\b",
        rf"{BEGINS}{SPOILS}\s(?:all\s|every\s|each\s|the\s)?(?:\w+\s)?{LETTERS}s?\b",
        rf"(?:^|\b(?:please|can\syou|could\syou)\s)(?:reply|respond|answer)\s(?:(?:only|always|entirely|back)\s)?"
        rf"(?:in|with|using|as|by)\s(?:an?\s|all\s|pig\s)?(?:{MANNERS}|base\d+)\b",
        rf"{BEGINS}(?:only|always|never)\s(?:answer|respond|reply)\b",
        rf"{BEGINS}(?:answer|respond|reply)\s(?:with\s)?only\b|^do\s?n[o']t\s(?:answer|respond|reply)\b",
        rf"{BEGINS}(?:tell|inform|urge|encourage|persuade|convince|direct|advise)\s(?:the\s|all\s)?"
        r"(?:users?|visitors?|readers?|customers?|people)\s(?:to|that|about)\b",
    )
]
TO_SOMEBODY_WITH_HANDS = re.compile(rf"\b{HANDS}\b", re.I)
ASKS_FOR_A_TEXT = re.compile(
    rf"{POLITELY}(?:(?:{WISHES}|{CHORES})\b(?!\s(?:your|them|him|her|it)\b)"
    rf"|{MAKES}\b(?:\s[\w'’-]+){{0,4}}?\s{TEXTS}\b)",
    re.I,
)
ASKS_TO_KNOW = re.compile(
    r"^(?:what|who|whom|whose|how|why|when|where|which|is|are|was|were|does|did|will)(?:['’](?:s|re))?\b"
    r"[^\n]*\?[\"'”’)]*(?:\s|$)",
    re.I,
)
FOR_ME = re.compile(r"^\W*(?:\w+ you )?(?:please )?(?:show|tell|give|help) me\b", re.I)
TO_THE_READER = re.compile(r"\byou(?:r|rs|['’]re|['’]ve)?\b", re.I)
QUOTED = re.compile(r"[\"“‘'][^\"”’']{3,}[\"”’']")
LINE_MARKS = re.compile(r"^[\s>*#\-•\d.)|]+")
USUAL = frozenset(find_terms(TABLE["requests"]["usual"]))
LONGEST_ORDER = 400  # characters
MOST_SHARED_BY_A_REQUEST = 0.2  # of its terms, with the rest of the page
MOST_SHARED_BY_AN_ORDER = 0.34  # one about the answer gives itself away already


@dataclass(frozen=True, slots=True)
class Order:
    """A sentence of a page that orders a model about: the name of the mark, and its words."""

    mark: str
    text: str


def find_marks(title: str, text: str) -> tuple[str, ...]:
    """Return the names of what is suspicious in a document, in the table's order; nothing for most documents."""
    whole = f"{title}\n{text}"
    phrases = [mark for mark, pattern in PATTERNS.items() if pattern.search(whole)]
    return tuple(dict.fromkeys([*phrases, *(order.mark for order in find_orders(title, text))]))


def find_orders(title: str, text: str) -> Iterator[Order]:
    """Yield the sentences that say what nobody says but to a model, tell it how to answer, or ask it for something that
    the page does not speak of."""
    page = _Page(title, text)
    for sentence in page.sentences:
        if mark := next((mark for mark, pattern in PATTERNS.items() if pattern.search(sentence)), None):
            yield Order(mark, sentence)
            continue
        if len(sentence) > LONGEST_ORDER or not sentence[:1].isupper() or TO_SOMEBODY_WITH_HANDS.search(sentence):
            continue
        if _tells_how_to_answer(sentence):
            if page.share_known(sentence) <= MOST_SHARED_BY_AN_ORDER:
                yield Order("tells_how_to_answer", sentence)
        elif _is_request(sentence) and page.share_known(sentence) <= MOST_SHARED_BY_A_REQUEST:
            yield Order("asks_for_something_else", sentence)


def _tells_how_to_answer(sentence: str) -> bool:
    return any(pattern.search(sentence) for pattern in TELLS_HOW_TO_ANSWER)


def _is_request(sentence: str) -> bool:
    """Tell whether a sentence asks a stranger for a text or for knowledge; one of a word says too little of what."""
    says = len(set(find_terms(sentence)) - USUAL)
    if ASKS_FOR_A_TEXT.search(sentence):
        return says >= (2 if FOR_ME.search(sentence) else 1)
    return says >= 2 and ASKS_TO_KNOW.search(sentence) is not None and not TO_THE_READER.search(_unquoted(sentence))


def _unquoted(sentence: str) -> str:
    return QUOTED.sub(" ", sentence)


class _Page:
    """A page as its own sentences are compared with it; most pages are never asked."""

    def __init__(self, title: str, text: str) -> None:
        self._title = title
        lines = (LINE_MARKS.sub("", line).strip() for line in text.splitlines())
        self.sentences: Sequence[str] = [sentence for line in lines if line for sentence in split_sentences(line)]

    @cached_property
    def _holders(self) -> Counter[str]:
        """How many different sentences hold each term; those of the title count as held by another.

        Sentences about an answer do not vouch for each other: an order may be given twice, in other words.
        """
        held = Counter(term for sentence in self._vouching for term in set(find_terms(sentence)))
        held.update(dict.fromkeys(find_terms(self._title), 2))
        return held

    @cached_property
    def _vouching(self) -> frozenset[str]:
        return frozenset(sentence for sentence in self.sentences if not _tells_how_to_answer(sentence))

    def share_known(self, sentence: str) -> float:
        """Return which share of a sentence's terms stands elsewhere in the page; what it quotes does not count."""
        terms = set(find_terms(_unquoted(sentence))) - USUAL
        itself = sentence in self._vouching
        return sum(self._holders[term] > itself for term in terms) / len(terms) if terms else 0.0


def with_hidden_marks(document: Document, screen: PageScreen) -> Document:
    """Return the document, with a mark for each kind of order that it hides from its readers."""
    found = (f"{HIDES}{family}" for family in screen(f"{document.title}\n{document.text}"))
    return replace(document, marks=tuple(dict.fromkeys((*document.marks, *found))))


def hides_orders(document: Document) -> bool:
    return any(mark.startswith(HIDES) for mark in document.marks)


def sees_nothing(document: str) -> tuple[str, ...]:  # noqa: ARG001 - the port names it
    """Implements the port `PageScreen` where nobody looks."""
    return ()
