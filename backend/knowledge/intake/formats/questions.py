"""Questions that a page labels ("Q: … A: …", in bold or not) become headings with their answers, without the labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from backend.knowledge.index import ANSWERS, ASKS, answers

HEADING = re.compile(r"\A(#{1,6}) ")
OTHER_BLOCK = re.compile(r"\A(?:#{1,6} |`{3}|\||- |\d{1,9}[.)] )")
DEEPEST_HEADING = 6
ANSWERED_WITHIN = 4  # lines: a question is short


def mark_questions(blocks: Iterable[str]) -> Iterator[str]:
    """Yield the blocks of a page, each labelled question that an answer stands under as a heading above it."""
    waiting = list(blocks)
    level = 1
    for number, block in enumerate(waiting):
        if heading := HEADING.match(block):
            level = len(heading[1])
        if OTHER_BLOCK.match(block):
            yield block
            continue
        following = waiting[number + 1] if number + 1 < len(waiting) else ""
        lines, waiting_answer = _part(block.split("\n"), min(level + 1, DEEPEST_HEADING), following)
        if waiting_answer:
            waiting[number + 1] = ANSWERS.sub("", following, count=1)
        yield from lines


def _part(lines: list[str], level: int, following: str) -> tuple[list[str], bool]:
    """Return a paragraph's blocks, and whether the block that follows it answers its last question."""
    made: list[str] = []
    held: list[str] = []
    at = 0
    while at < len(lines):
        asked = ASKS.match(lines[at].strip())
        answered = asked and _answered_at(lines, at + 1)
        if asked and answered is not None and answered < len(lines):
            _put(made, held)
            made.append(_heading(lines[at:answered], level))
            held = [ANSWERS.sub("", lines[answered].strip(), count=1)]
            at = answered + 1
        elif asked and answered == len(lines) and answers(following, " ".join(lines[at:])):
            _put(made, held)
            return [*made, _heading(lines[at:], level)], True
        else:
            held.append(lines[at])
            at += 1
    _put(made, held)
    return made, False


def _answered_at(lines: list[str], start: int) -> int | None:
    """Return the line of the next answer; one behind the last where the paragraph ends first; None for neither."""
    for at in range(start, min(len(lines), start + ANSWERED_WITHIN)):
        if answers(lines[at].strip(), " ".join(lines[start - 1 : at])):
            return at
        if ASKS.match(lines[at].strip()):
            return None
    return len(lines) if start + ANSWERED_WITHIN >= len(lines) else None


def _put(made: list[str], held: list[str]) -> None:
    if text := "\n".join(held).strip():
        made.append(text)
    held.clear()


def _heading(lines: list[str], level: int) -> str:
    said = " ".join(" ".join(lines).replace("**", "").split())
    asked = ASKS.match(said)
    return f"{'#' * level} {asked[1] if asked else said}"
