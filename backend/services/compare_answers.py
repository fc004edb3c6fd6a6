"""One question is asked of what is live and of the draft, and the two answers are laid side by side; none is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from backend.domain.errors import ChatError, InvalidRequest
from backend.domain.site import Site
from backend.domain.trace import Made
from backend.services.parts import SiteParts

LONGEST_QUESTION = 4_000
SENTENCE = re.compile(r"[^.!?。！？\n]*[.!?。！？\n]+\s*|[^.!?。！？\n]+")

How = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a question: what made the answer, or the code of the refusal."""

    made: Made | None
    refused: str = ""

    @property
    def message(self) -> str:
        reply = self.made.outcome.reply if self.made else None
        return reply.message if reply else ""


@dataclass(frozen=True, slots=True)
class Compared:
    """The same question, asked of what is live and of the draft."""

    question: str
    live: Answered
    draft: Answered

    @property
    def both(self) -> tuple[Answered, Answered]:
        return self.live, self.draft


def compare_answers(site: Site, question: str, parts: SiteParts) -> Compared:
    """Ask a question of the site and of its draft; raise InvalidRequest for none, or one that is too long."""
    question = question.strip()
    if not 0 < len(question) <= LONGEST_QUESTION:
        raise InvalidRequest(f"question: write 1 to {LONGEST_QUESTION:,} characters")
    live, draft = (_answer(of, question, parts) for of in (site, parts.drafts.draft(site).site))
    return Compared(question, live, draft)


def sentences_between(live: str, draft: str) -> tuple[Sequence[tuple[How, str]], Sequence[tuple[How, str]]]:
    """Return both texts by their sentences, each told whether it stands in the other, too."""
    was, became = SENTENCE.findall(live), SENTENCE.findall(draft)
    found = SequenceMatcher(None, was, became, autojunk=False).get_opcodes()
    left = [("same" if tag == "equal" else "gone", "".join(was[a:b])) for tag, a, b, _, _ in found if a < b]
    right = [("same" if tag == "equal" else "new", "".join(became[a:b])) for tag, _, _, a, b in found if a < b]
    return list(_told(left)), list(_told(right))


def _told(pieces: Sequence[tuple[str, str]]) -> Iterator[tuple[How, str]]:
    for how, text in pieces:
        yield ("same" if how == "same" else "gone" if how == "gone" else "new"), text


def _answer(site: Site, question: str, parts: SiteParts) -> Answered:
    try:
        return Answered(parts.asker.make(site, question))
    except ChatError as refused:
        return Answered(None, refused.code)
