"""A passage as units: what is quoted whole or not at all.

Rules: a unit is a sentence, or a list, a table or a block of code with the sentence that leads in to it; an address is
one, of many lines of a file each is one; headings, pointers ("Learn more about …") and orders to a model are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from backend.domain.letters import MARKS
from backend.knowledge.index import MarkdownBlock, find_terms, split_blocks
from backend.knowledge.quoting.orders import orders_a_model
from backend.knowledge.quoting.says import says

# The parts of a page that is written as a case: in capitals, with a colon, or as a heading. "adds" is never quoted.
PARTS = {
    "answers": (
        *("answer", "fix", "recommended action", "remediation", "resolution", "resolving the problem", "response"),
        *("solution", "what to do", "workaround", "workarounds and mitigations"),
        *("abhilfe", "antwort", "behebung", "lösung"),
    ),
    "tells": (
        *("abstract", "applies to", "background", "cause", "details", "diagnosing the problem", "environment"),
        *("error description", "issue", "problem", "problem(abstract)", "question", "summary", "symptom", "symptoms"),
        *("vulnerability details", "frage", "hintergrund", "symptome", "ursache"),
    ),
    "adds": (
        *(
            "acknowledgement",
            "acknowledgements",
            "change history",
            "cross reference information",
            "document information",
        ),
        *("get notified about", "historical number", "product alias/synonym", "references", "related information"),
        *("quellen", "siehe auch", "weitere informationen"),
    ),
}

MOST_LINES_OF_AN_ADDRESS = 10
NOTE = re.compile(r"^\W*(?:notes?|tips?|important|did you know|hinweis|tipp|wichtig)\b\W*[:?]", re.I)
TITLE = re.compile(r"\A[^\W\d_a-z][^\W\d_]*+(?: [^\W\d_]++){1,8}\Z")  # in letters alone, without a full stop
YES_OR_NO = says("yes_or_no", at_start=True)
LIMITS = says("limits")
TURNS = says("turns", at_start=True)
WRITTEN_NUMBER = says("numbers")
TELLS_WHO, TELLS_WHERE = says("tells_who"), says("tells_where")
LIST_MARK = ("- ", "* ", "+ ")
DEFINED = re.compile(r"(?m)^[-*+] (?:\*\*|`)[^\n:]{1,200}(?:\*\*|`)[^\n:]{0,80}:")
NAME = re.compile(r"(?<=[\w,] )[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][a-z]+\b|\w@\w")
PATH = re.compile(r"https?://|\w@\w|[~./\\%]\w+[/\\]\w|\w[/\\]\w+[/\\.]\w|\s[>→▸›]\s|\]\(")
EDITION = says("editions", at_start=True)
NUMBERED_STEP = re.compile(r"(?m)^ {0,3}\d{1,2}[.)]\s")
LEADS_IN_TO_STEPS = re.compile(r"\A\W*+((?:to|follow|how to|do the following|steps?|um)\b[^\n]*+)\n", re.I)
COUNTED = re.compile(rf"\w[\w{MARKS}]*")
ADDRESS = re.compile(r"\]\([^)\s]*+\)|https?://\S++")  # its digits tell nothing
DIGITS = re.compile(r"(?<![.\w])[$€£]?\d")
EDITION_NUMBER = re.compile(
    r"(?<![\w.])\d{1,4}+(?:\.\d{1,4}+){1,4}+(?:a|b|rc|alpha|beta|dev|post)\d{1,4}\b", re.I
)  # "1.0b11" counts nothing
CLOCK = re.compile(
    r"\b\d{1,2}[:.h]\d\d\b|\b\d{1,2}\s?(?:[ap]\.?\s?m\b|uhr\b|h\b|o.clock)|\b(?:noon|midnight|mittags?|mitternacht|midi|minuit"
    r"|mediodía|medianoche|mezzogiorno|mezzanotte|middag|middernacht|południe|północ|meio-dia|meia-noite|полдень|полночь)\b",
    re.I,
)

POINTER = re.compile(
    r"^(?:\W*)(?:in this article|click (?:a section|here)|learn (?:more|how)\b|read more|see also"
    r"|for more (?:information|details)|follow the steps below|see faqs? below"
    r"|th(?:is|e following) (?:page|article|section|guide|document|post)s? (?:will )?"
    r"(?:outline|describe|explain|cover|show|list|walk|contain|focus)s?\b)"
    r"|^\W*(?:watch|see) (?:the|this|our) (?:video|gif)",
    re.I,
)
LEANS_ON_WHAT_WAS_SAID = re.compile(
    r"^\W*(?:this|that|these|those|it|its|they|their|he|she|however|but|also|then|otherwise|in (?:this|that) case"
    r"|as a result|therefore|instead|additionally|furthermore|moreover|and|or|so|once you)\b",
    re.I,
)


def _part_begins(names: Sequence[str]) -> re.Pattern[str]:
    """Return what begins with one of these names, in capitals or with a colon behind it."""
    by_length = sorted(names, key=len, reverse=True)
    capitals, any_case = ("|".join(map(re.escape, each)) for each in (map(str.upper, by_length), by_length))
    return re.compile(rf"\A[*_\s]*+(?:(?:{capitals})(?!\w)(?!\s+[A-Z]{{2}})|(?i:{any_case})\b[*_\s]*+:)")


PART_BEGINS = {part: _part_begins(names) for part, names in PARTS.items()}


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a passage that is quoted whole or not at all."""

    text: str
    words: int
    terms: frozenset[str]
    lead_terms: frozenset[str]  # those of its first line
    paragraph: int  # sentences of one paragraph are written together
    leans: bool
    is_bare_list: bool
    is_note: bool
    is_cut_off: bool
    has_steps: bool
    is_numbered: bool  # with steps that are numbered
    has_number: bool  # besides the numbers of its own list items
    begins_part: str  # a row of `PARTS`, or empty
    verdict: float = 0.0  # how plainly it says yes, no or how far
    turns: bool = False  # it takes something of the sentence before back
    is_row: bool = False  # a line of a file, which says nothing about the next one

    @property
    def may_be_steps(self) -> bool:
        """Whether it says how something is done: steps, or a list or a block of code that may show it, and no list that
        says what names mean ("- `bold`: in bold letters")."""
        return self.has_steps or ("\n" in self.text and not _defines(self.text))


@lru_cache(maxsize=8_192)
def split_units(text: str, language: str) -> tuple[Unit, ...]:
    """Return a passage's units: sentences, and lists, tables and code with the sentence that leads in to them."""
    units: list[Unit] = []
    blocks = split_blocks(text)
    number = 0
    while number < len(blocks):
        block = blocks[number]
        follower = blocks[number + 1] if number + 1 < len(blocks) else None
        if block.is_lead_in and follower is not None and follower.kind in {"list", "table", "code"}:
            *before, lead_in = block.parts
            units += [_unit(sentence, number, language) for sentence in before]
            units.append(_unit(f"{lead_in}\n\n{_write_block(follower)}", number + 1, language))
            number += 2
            continue
        if block.keeps_lines and len(block.parts) > MOST_LINES_OF_AN_ADDRESS:
            units += [_unit(line, number, language, is_row=True) for line in block.parts]
        elif block.keeps_lines:
            units.append(_unit(block.text, number, language))
        elif block.kind == "paragraph":
            units += [
                _unit(sentence, number, language) for sentence in block.parts if not _is_last_title(block, follower)
            ]
        elif block.kind != "heading":
            units.append(_unit(_write_block(block), number, language, is_bare_list=block.kind in {"list", "code"}))
        number += 1
    return tuple(
        unit for unit in units if unit.words and not POINTER.match(unit.text) and not orders_a_model(unit.text)
    )


def write(units: Sequence[Unit]) -> str:
    """Return units as Markdown: sentences of one paragraph side by side, all else apart."""
    text = ""
    for before, unit in zip((None, *units), units, strict=False):
        if before is not None:
            side_by_side = before.paragraph == unit.paragraph and "\n" not in before.text
            text += "\n" if side_by_side and unit.is_row else " " if side_by_side else "\n\n"
        text += unit.text
    return text


def part_named(heading: str) -> str:
    name = heading.lower().strip(" :")
    return next((part for part, names in PARTS.items() if name in names), "")


@lru_cache(maxsize=8_192)
def terms_of(line: str, language: str) -> frozenset[str]:
    """Return the terms of a title or a heading, which many questions meet again."""
    return frozenset(find_terms(line, language))


@lru_cache(maxsize=8_192)
def order_of(line: str, language: str) -> tuple[str, ...]:
    """Return the terms of a heading one behind the other."""
    return tuple(find_terms(line, language))


def _unit(text: str, paragraph: int, language: str, *, is_bare_list: bool = False, is_row: bool = False) -> Unit:
    is_numbered = len(NUMBERED_STEP.findall(text)) > 1
    return Unit(
        text,
        words=len(COUNTED.findall(text)),
        terms=frozenset(find_terms(text, language)),
        lead_terms=frozenset() if is_bare_list else frozenset(find_terms(text.partition("\n")[0], language)),
        paragraph=paragraph,
        leans=bool(LEANS_ON_WHAT_WAS_SAID.match(text)),
        is_bare_list=is_bare_list,
        is_note=bool(NOTE.match(text) or EDITION.match(text)),
        is_cut_off=text.rstrip("*_ ").endswith(":") or _is_title(text),
        has_steps=is_numbered or _leads_in_to_steps(text),
        is_numbered=is_numbered,
        has_number=_has_number(text),
        begins_part=next((part for part, begins in PART_BEGINS.items() if begins.match(text)), ""),
        verdict=1.0 if YES_OR_NO.match(text) else 0.6 if LIMITS.search(text) else 0.0,
        turns=bool(TURNS.match(text)),
        is_row=is_row,
    )


def tells_clock(text: str) -> bool:
    """Tell whether a text tells a time of day."""
    return bool(CLOCK.search(text))


def tells_person(text: str) -> bool:
    """Tell whether a text tells of people, by a word or by a name."""
    return bool(TELLS_WHO.search(text) or NAME.search(text))


def tells_place(text: str) -> bool:
    """Tell whether a text tells of a place: by a word, an address, a path or a way through a menu."""
    return bool(PATH.search(text) or TELLS_WHERE.search(text))


def _defines(text: str) -> bool:
    """Tell whether most lines of a list are names with what they mean."""
    items = sum(line.startswith(LIST_MARK) for line in text.split("\n"))
    return items > 0 and len(DEFINED.findall(text)) > items / 2


def _has_number(text: str) -> bool:
    told = EDITION_NUMBER.sub(" ", ADDRESS.sub(" ", NUMBERED_STEP.sub("", text)))
    return bool(DIGITS.search(told) or WRITTEN_NUMBER.search(told))


def _is_title(text: str) -> bool:
    """Tell whether a line is a title that nobody marked as one: a few words of letters alone, and no end."""
    return bool(TITLE.match(text))


def _is_last_title(block: MarkdownBlock, follower: MarkdownBlock | None) -> bool:
    """Tell whether a paragraph is the title of what stands in the next passage."""
    return follower is None and len(block.parts) == 1 and len(block.text.split()) > 1 and _is_title(block.text)


def _write_block(block: MarkdownBlock) -> str:
    if block.kind == "code":
        return f"{block.head}\n{block.text}\n{block.head[:3]}"
    return f"{block.head}\n{block.text}" if block.head else block.text


def _leads_in_to_steps(text: str) -> bool:
    """Tell whether the first line says what is to be done and ends in a colon, whatever marks stand behind it."""
    first = LEADS_IN_TO_STEPS.match(text)
    if not first:
        return False
    last = next((char for char in reversed(first[1]) if char == ":" or char.isalnum() or char == "_"), "")
    return last == ":"
