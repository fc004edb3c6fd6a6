"""What visitors ask most: of the last questions alike ones together, small talk left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from backend.domain.site import Site
from backend.domain.small_talk import small_talk_in
from backend.knowledge.index import language_of
from backend.services.find_gaps import group_alike
from backend.services.parts import SiteParts

LOOKED_AT = 300  # questions
MOST = 5


@dataclass(frozen=True, slots=True)
class TopQuestion:
    """Questions that ask for the same, in the words that were used most, and the page found for the first of them."""

    question: str
    asked: int
    page: str


def top_questions(site: Site, parts: SiteParts) -> Sequence[TopQuestion]:
    """Return what was asked most in the last questions; what was asked once is no top question."""
    locale = site.settings.locale
    turns = [
        turn for turn in parts.traces.last_asked(site.id, LOOKED_AT) if small_talk_in(turn.question, locale) is None
    ]
    groups = sorted(group_alike(turns, language_of(locale)), key=lambda group: -len(group.turns))
    return [
        TopQuestion(Counter(turn.question for turn in group.turns).most_common(1)[0][0], len(group.turns), group.page)
        for group in groups[:MOST]
        if len(group.turns) > 1
    ]
