"""Documents that speak to the model instead of to people.

1. A mark never leaves a document out: it is shown to staff, and the prompt keeps documents apart from orders anyway.
   Its name says what was seen, so that a person can judge it.
2. Some things nobody says but to a model (`[phrases]` and `[spoken]` of the table); they are looked for as they stand.
3. Others are harmless where they belong: a page about surveys may speak of "your answer", one about poems may ask for
   one. They are marked where the rest of the page speaks of something else (Yi et al. 2023, BIPIA, hide such sentences
   in e-mails and pages).
4. Whatever else a helper may be asked to do is marked where the page says no word of it, and never a question among
   several, for lists of questions are pages, too.
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
from backend.knowledge.intake.addressed import find_addressed

HIDES = "hides_"
TABLE = read_toml(Path(__file__).with_suffix(".toml"))


def _phrases(mark: str) -> re2._Regexp:
    """Return what says a thing in English or in another language that visitors speak, as one expression."""
    return re2.compile("(?i)" + "|".join([*TABLE["phrases"][mark], *TABLE["spoken"].get(mark, {}).values()]))


PATTERNS = {mark: _phrases(mark) for mark in TABLE["phrases"]}


def _any_of(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


ANSWER = r"(?:answers?|responses?|repl(?:y|ies)|outputs?)"
BEGINS = r"^(?:please\s)?"
GLUED = r"(?-i:(?<=[a-z]\s)(?=[A-Z]))"  # what is put into a page often sticks to what stood there
POLITELY = r"^(?:please\s|kindly\s)?(?:(?:can|could|would|will)\syou\s(?:please\s)?)?"
CHANGES, TRANSFORMS, SPOILS, LETTERS, MANNERS, HANDS = map(_any_of, TABLE["answers"].values())
WISHES, MAKES, TEXTS = (_any_of(TABLE["requests"][name]) for name in ("wishes", "makes", "texts"))
DOINGS = _any_of(" ".join([TABLE["requests"]["doings"], *TABLE["spoken"]["doings"].values()]))
CHORES = f"(?:{'|'.join(TABLE['requests']['chores'])})"
TELLS_HOW_TO_ANSWER = [
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?:^|[.!?:,]\s|{GLUED}|\b(?:please|and|then|to|you|you\s(?:must|should|can|could|will))\s){CHANGES}\b"
        rf"(?:[^.!?\n]|[.!?](?=\S)){{0,120}}?\b(?:your|the|this|each|every|all)\s(?:(?!to\b)\w+\s){{0,2}}?{ANSWER}\b",
        rf"(?:^|[.!?:]\s)in\s(?:your|the|this|each|every)\s(?:\w+\s)?{ANSWER}\b",
        rf"\b(?:your|the|each|every)\s{ANSWER}\s(?:you\s(?:give|write|send|make)\s)?"
        r"(?:must|should|has\sto|have\sto|needs?\sto|may|can|shall|will)\s(?:only\s|always\s|never\s)?"
        r"(?:be|contain|include|consist|start|begin|end|use|mention|say|rhyme|have|promote|praise|recommend|advertise"
        r"|ask|tell)\b",
        rf"\b{TRANSFORMS}\b[^.!?\n]{{0,60}}?\b(?:your|the)\s(?:\w+\s)?messages?\b",
        rf"\b{LETTERS}s?\b[^.!?\n]{{0,40}}\b(?:of|in)\s(?:\w+\s)?your\s(?:\w+\s)?messages?\b",
        rf"{BEGINS}{SPOILS}\s(?:all\s|every\s|each\s|the\s)?(?:\w+\s)?{LETTERS}s?\b",
        rf"(?:^|\b(?:please|can\syou|could\syou)\s)(?:reply|respond|answer)\s(?:(?:only|always|entirely|back)\s)?"
        rf"(?:in|with|using|as|by)\s(?:an?\s|all\s|pig\s)?(?:{MANNERS}|base\d+)\b",
        rf"{BEGINS}(?:only|always|never)\s(?:answer|respond|reply)\b",
        rf"{BEGINS}(?:act|behave|pose|role-?play|answer|respond|reply)\s(?:as|like)\s(?:an?|if|my)\b",
        rf"{BEGINS}(?:when|whenever|before|after|while|every\stime)\s(?:you\s)?"
        r"(?:answer|respond|reply)(?:ing)?\b(?!\sto\b)",
        r"\b(?:when|whenever)\syou\s(?:answer|respond|reply)[.,!]|\bwhatever\syou\s(?:say|answer|write|reply)\b",
        rf"{BEGINS}(?:speak|talk|write|answer|respond|reply)\s(?:(?:only|always|entirely)\s)?(?:in|like|with)\s"
        rf"(?:an?\s|all\s)?{MANNERS}\b",
        rf"{BEGINS}(?:answer|respond|reply)\s(?:with\s)?only\b|^do\s?n[o']t\s(?:answer|respond|reply)\b",
        rf"{BEGINS}(?:tell|inform|urge|encourage|persuade|convince|direct|advise|warn)\s(?:the\s|all\s|every\s)?"
        r"(?:users?|visitors?|readers?|customers?|people|whoever\s\w+|everyone|anyone)\s(?:to|that|about)\b",
        rf"{BEGINS}(?:do\snot|don['’]t|never)\s{CHANGES}\b[^.!?\n]{{0,60}}?\b(?:in|to|of)\s(?:your|the|any)\s{ANSWER}\b",
        rf"{BEGINS}(?:when|before|after|while)\s(?:giving|writing|making)\s(?:your|an|the)\s{ANSWER}\b",
        rf"{BEGINS}(?:reply|respond|answer)\swith\s(?:an?|one|exactly|no\smore\sthan|at\smost|nothing)\s"
        r"(?:\w+\s)?(?:words?|sentences?|lines?|emojis?|numbers?|letters?|but)\b",
        r"^\w+\sthe\suser['’]s\s(?:question|request|message|query)\b"
        r"|^give\sthe\suser\s(?:an?\s)?(?:false|wrong|fake|misleading)\b",
        rf"{BEGINS}(?:ask|trick|get|lure)\sthe\suser\s(?:for|to|into)\b",
        rf"{BEGINS}(?:answer|respond\sto|reply\sto)\s(?:every|each|all|any)\s(?:questions?|messages?|requests?)\b",
        rf"{BEGINS}(?:write|say|type|put)\s(?:everything|all|it\sall)\s(?:in|as|backwards)\b",
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
ASKS_TO_DO = re.compile(rf"{POLITELY}{DOINGS}\b[^\n]*[.!?][\"'”’)]*$", re.I)
CHATS = re.compile(
    r"\b(?:do\syou\s(?:like|love|hate|believe\sin|feel\sabout|think\s(?:of|about))"
    r"|how\s(?:do|would|can)\s(?:you|i|one|we)\s(?:say|spell|pronounce|translate|feel)"
    r"|(?:what|how|which)(?:\sis|\swas|['’]s)\syour\s(?:fav|weekend|opinion|hobb|day\b))",
    re.I,
)
FOR_ME = re.compile(r"^\W*(?:\w+ you )?(?:please )?(?:show|tell|give|help) me\b", re.I)
TO_THE_READER = re.compile(r"\byou(?:r|rs|['’]re|['’]ve)?\b", re.I)
QUOTED = re.compile(r"[\"“‘'][^\"”’']{3,}[\"”’']")
LINE_MARKS = re.compile(r"^[\s>*#\-•\d.)|]+")
USUAL = frozenset(find_terms(TABLE["requests"]["usual"]))
MOST_QUESTIONS = 2  # of a page that is no list of questions
LEAST_SAID, LEAST_SAID_OF_A_DOING = 2, 3  # terms of a sentence that asks for anything
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
    addressed = dict(find_addressed([sentence for sentence in page.sentences if len(sentence) <= LONGEST_ORDER]))
    for sentence in page.sentences:
        if mark := next((mark for mark, pattern in PATTERNS.items() if pattern.search(sentence)), None):
            yield Order(mark, sentence)
            continue
        if mark := addressed.get(sentence):
            yield Order(mark, sentence)
            continue
        if len(sentence) > LONGEST_ORDER or not sentence[:1].isupper() or TO_SOMEBODY_WITH_HANDS.search(sentence):
            continue
        if _tells_how_to_answer(sentence):
            if page.share_known(sentence) <= MOST_SHARED_BY_AN_ORDER:
                yield Order("tells_how_to_answer", sentence)
        elif _is_out_of_place(sentence, page):
            yield Order("asks_for_something_else", sentence)


def _tells_how_to_answer(sentence: str) -> bool:
    return any(pattern.search(sentence) for pattern in TELLS_HOW_TO_ANSWER)


def _is_request(sentence: str, page: _Page) -> bool:
    """Tell whether a sentence asks a stranger for a text or for knowledge; one of a word says too little of what, and
    among several questions one more is none."""
    says = len(set(find_terms(sentence)) - USUAL)
    if ASKS_FOR_A_TEXT.search(sentence):
        return says >= (2 if FOR_ME.search(sentence) else 1)
    if says < LEAST_SAID or not ASKS_TO_KNOW.search(sentence) or TO_THE_READER.search(_unquoted(sentence)):
        return False
    return page.questions <= MOST_QUESTIONS


def _is_out_of_place(sentence: str, page: _Page) -> bool:
    """Tell whether a sentence asks for what the page does not speak of; of a thing to be done it must say no word."""
    if _is_request(sentence, page):
        return page.share_known(sentence) <= MOST_SHARED_BY_A_REQUEST
    return _is_asked_to_do(sentence) and not page.share_known(sentence)


def _is_asked_to_do(sentence: str) -> bool:
    """Tell whether a sentence asks somebody to do or to like something, whatever it is, and says of what."""
    if CHATS.search(sentence):
        return True
    says = len(set(find_terms(_unquoted(sentence))) - USUAL)
    return says >= LEAST_SAID_OF_A_DOING and ASKS_TO_DO.match(sentence) is not None


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
    def questions(self) -> int:
        return sum(ASKS_TO_KNOW.search(sentence) is not None for sentence in self.sentences)

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
