"""What visitors ask most: of the last questions alike ones together, small talk left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from backend.domain.site import Site
from backend.domain.small_talk import small_talk_in
from backend.domain.trace import AskedTurn
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
    groups = group_alike(parts.traces.last_asked(site.id, LOOKED_AT), language_of(locale))
    often = sorted((group for group in groups if len(group.turns) > 1), key=lambda group: -len(group.turns))
    told = (TopQuestion(_usual_words(group.turns), len(group.turns), group.page) for group in often)
    return list(islice((each for each in told if small_talk_in(each.question, locale) is None), MOST))


def _usual_words(turns: Sequence[AskedTurn]) -> str:
    return Counter(turn.question for turn in turns).most_common(1)[0][0]
