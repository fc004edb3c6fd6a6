"""Markdown as blocks, so that nothing is ever cut through a list item, a table row or a line of code.

Rules: every line of the text belongs to exactly one block, blank lines between blocks aside; a text without any
Markdown is paragraphs; a question with its answer ("Q: … A: …", or a question in bold above it) is a heading with what
stands under it. This is not a renderer: what it does not know is a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from backend.knowledge.index.lines import join_lines

Kind = Literal["heading", "paragraph", "list", "table", "code"]

HEADING = re.compile(r"\A {0,3}(#{1,6})\s+(.*)")
UNDERLINE = re.compile(r"\A {0,3}(?:=++|-++)\s*+\Z")
FENCE = re.compile(r"\A {0,3}(`{3,}|~{3,})")
ITEM = re.compile(r"\A( {0,3})(?:[-*+•]|\d{1,9}[.)])\s+\S")
ANY_ITEM = re.compile(r"\A\s*+(?:[-*+•]|\d{1,9}[.)])\s+\S")
TABLE_RULE = re.compile(r"\A\s*+\|?+\s*+:?+-++:?+\s*+(?:\|\s*+:?+-++:?+\s*+)*+\|?+\s*+\Z")
RULE = re.compile(r"\A {0,3}([-*_])\s*+(?:\1\s*+){2,}+\Z")
ASK_LABELS = "Q(?:uestion)?|F(?:rage)?|P(?:regunta|ergunta|ytanie)?|D(?:omanda)?|V(?:raag)?|В(?:опрос)?|问题?|問|質問"
ANSWER_LABELS = "A(?:nswer|ntwort|ntwoord)?|R(?:éponse|esposta|espuesta|isposta)?|O(?:dpowiedź)?|О(?:твет)?|答案?|回答"
LABEL_ENDS = r"\s?\d{0,3}\s?(?:[:.]|：)\s?(?:\*\*)?+\s*+(?=\S)"
ASKS = re.compile(rf"\A(?:\*\*)?(?:{ASK_LABELS}){LABEL_ENDS}(.*)\Z", re.I)
ANSWERS = re.compile(rf"\A(?:\*\*)?(?:{ANSWER_LABELS}){LABEL_ENDS}", re.I)
OTHER_ANSWER = re.compile(r"\A(?:\*\*)?(?![Aa答回])")
BOLD_QUESTION = re.compile(r"\A(\*\*|__)(?P<question>[^*_]{3,200}\?)\s?\1\Z")
BELOW_ALL_HEADINGS = 7  # a question stands below every heading, and the next one beside it
ANSWERED_WITHIN = 6  # lines: a "Q:" without its "A:" is some other list of letters
LONGEST_SENTENCE = 1_200
# In German and its neighbours "31. Dezember" goes on.
DAY_OF_A_MONTH = r"(?<=\d\.\s)(?:Jan|Jän|Feb|Mär|Maerz|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)"
SENTENCE_END = re.compile(
    rf"(?<=[.!?…])[\"'”’)\]*_]*\s+(?!{DAY_OF_A_MONTH})(?=[\"'“‘(\[*_]*[A-Z0-9À-ÖØ-ÞÄÖÜ])|(?<=[。！？])"
)
ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|no|nr|dr|mr|mrs|ms|st|u\.s|a\.m|p\.m|z\.b)|\b[A-Z])\.$", re.I
)


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """One block. `parts` are what may be parted: sentences, list items, table rows, lines of code.

    `level` is that of a heading, else 0; `head` is what a later part cannot be read without (a table's header). The
    parts of an address or of opening hours keep their lines.
    """

    kind: Kind
    parts: tuple[str, ...]
    level: int = 0
    head: str = ""
    keeps_lines: bool = False

    @property
    def text(self) -> str:
        return self.glue.join(self.parts)

    @property
    def glue(self) -> str:
        return " " if self.kind == "paragraph" and not self.keeps_lines else "\n"

    @property
    def is_lead_in(self) -> bool:
        """A sentence such as "To do this:" that belongs to the list after it."""
        return self.kind == "paragraph" and self.text.rstrip("*_ ").endswith(":")


def split_blocks(text: str) -> list[MarkdownBlock]:
    """Return the blocks of a Markdown or plain text, in order."""
    return list(_Lines(text.splitlines()).blocks())


def answers(line: str, question: str) -> bool:
    """Tell whether a line is labelled as the answer to this; "R:" alone answers only what has a question mark."""
    if not ANSWERS.match(line):
        return False
    return not OTHER_ANSWER.match(line) or "?" in question or "？" in question


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph; an abbreviation such as "e.g." does not end one."""
    sentences: list[str] = []
    pending = ""
    for piece in SENTENCE_END.split(" ".join(text.split())):
        pending = f"{pending} {piece}".strip()
        if not ABBREVIATION.search(pending):
            sentences.append(pending)
            pending = ""
    return [part for sentence in (*sentences, pending) if sentence for part in _cut_long(sentence)]


def _cut_long(sentence: str) -> Iterator[str]:
    """Yield a sentence, in parts where it goes on for ever, as lists without marks and lost full stops make it."""
    while len(sentence) > LONGEST_SENTENCE:
        room = sentence[:LONGEST_SENTENCE]
        at = max(room.rfind("; "), room.rfind(", "), LONGEST_SENTENCE // 2 if " " not in room else 0)
        at = at + 1 if at > LONGEST_SENTENCE // 2 else room.rfind(" ")
        if at <= 0:
            break  # one word: an address, or what somebody packed
        yield sentence[:at].rstrip()
        sentence = sentence[at:].lstrip()
    yield sentence


class _Lines:
    """A cursor over lines: each `_take_…` reads one block and leaves the cursor behind it."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0

    def blocks(self) -> Iterator[MarkdownBlock]:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not line.strip() or RULE.match(line):
                self._at += 1
            elif match := HEADING.match(line):
                self._at += 1
                yield MarkdownBlock("heading", (match[2].rstrip().rstrip("#").rstrip(),), level=len(match[1]))
            elif question := self._question():
                yield question
            elif FENCE.match(line):
                yield self._take_code()
            elif ITEM.match(line):
                yield self._take_list()
            elif self._is_table():
                yield self._take_table()
            else:
                yield from self._take_paragraph()

    def _question(self) -> MarkdownBlock | None:
        """Take a question that is marked as one, with the label of its answer; None where there is none."""
        line = self._lines[self._at].strip()
        asked = ASKS.match(line)
        return (asked and self._answered(asked)) or self._bold_question(line)

    def _bold_question(self, line: str) -> MarkdownBlock | None:
        if not (bold := BOLD_QUESTION.match(line)):
            return None
        self._at += 1
        return MarkdownBlock("heading", (bold["question"].strip(),), level=BELOW_ALL_HEADINGS)

    def _answered(self, asked: re.Match[str]) -> MarkdownBlock | None:
        for number, after in enumerate(self._lines[self._at + 1 : self._at + 1 + ANSWERED_WITHIN], start=self._at + 1):
            if answers(after.strip(), asked[1]):
                said = [asked[1], *(each.strip() for each in self._lines[self._at + 1 : number])]
                self._lines[number] = ANSWERS.sub("", after.strip(), count=1)
                self._at = number
                return MarkdownBlock(
                    "heading", (" ".join(" ".join(said).replace("**", "").split()),), level=BELOW_ALL_HEADINGS
                )
        return None

    def _is_table(self) -> bool:
        rest = self._lines[self._at : self._at + 2]
        return len(rest) == 2 and "|" in rest[0] and "|" in rest[1] and bool(TABLE_RULE.match(rest[1]))

    def _take_code(self) -> MarkdownBlock:
        fence = FENCE.match(self._lines[self._at])
        mark = fence[1] if fence else "```"
        start = self._at
        self._at += 1
        while self._at < len(self._lines) and not self._lines[self._at].strip().startswith(mark):
            self._at += 1
        lines = self._lines[start + 1 : self._at]
        self._at += 1
        return MarkdownBlock("code", tuple(lines), head=self._lines[start].strip())

    def _take_list(self) -> MarkdownBlock:
        """A list goes on over blank lines as long as an item or an indented line follows."""
        items: list[list[str]] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if ITEM.match(line):
                items.append([line.rstrip()])
            elif not line.strip():
                if not self._list_goes_on():
                    break
            elif line.startswith(("  ", "\t")) or not self._starts_something(line):
                items[-1].append(line.rstrip())
            else:
                break
            self._at += 1
        return MarkdownBlock("list", tuple("\n".join(lines) for lines in items))

    def _list_goes_on(self) -> bool:
        after = next((line for line in self._lines[self._at :] if line.strip()), "")
        return bool(ITEM.match(after)) or after.startswith(("  ", "\t"))

    def _take_table(self) -> MarkdownBlock:
        start = self._at
        while self._at < len(self._lines) and "|" in self._lines[self._at]:
            self._at += 1
        rows = [line.strip() for line in self._lines[start : self._at]]
        if len(rows) == 2:
            return MarkdownBlock("table", tuple(rows))  # a head alone is all that the table says
        return MarkdownBlock("table", tuple(rows[2:]), head="\n".join(rows[:2]))

    def _take_paragraph(self) -> Iterator[MarkdownBlock]:
        lines: list[str] = []
        while self._at < len(self._lines) and self._lines[self._at].strip():
            line = self._lines[self._at]
            if lines and UNDERLINE.match(line) and len(lines) == 1:
                self._at += 1
                yield MarkdownBlock("heading", (lines[0].strip(),), level=1 if "=" in line else 2)
                return
            if lines and (self._starts_something(line) or self._is_table()):
                break
            lines.append(line)
            self._at += 1
        said = join_lines(lines)
        parts = tuple(sentence for line in said for sentence in split_sentences(line))
        yield MarkdownBlock("paragraph", parts, keeps_lines=len(said) > 1)

    def _starts_something(self, line: str) -> bool:
        return any(each.match(line) for each in (HEADING, FENCE, ITEM, BOLD_QUESTION, ASKS))
