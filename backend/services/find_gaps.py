"""Questions that nothing answered, or that went badly: alike ones together, worst first.

Two questions are alike where the same page was found first for both and they share enough of their words, or where none
was found and they share more of them (review/grouping.py): single words alone would chain strangers together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backend.domain.site import Site
from backend.domain.trace import BadTurn
from backend.knowledge.index import find_terms, language_of
from backend.review import Groups
from backend.services.answer_question import key_of
from backend.services.parts import SiteParts

MOST_TURNS = 1_000
MOST_EXAMPLES = 5
DISLIKED_WEIGHS = 2  # a question whose answer was disliked, beside one that had none


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask for the same. `is_written`: an answer to them stands in the draft or on the site."""

    question: str
    page: str
    asked: int
    examples: tuple[str, ...]
    thumbs_down: int
    turns: tuple[str, ...]
    is_written: bool

    @property
    def weight(self) -> int:
        return self.asked + (DISLIKED_WEIGHS - 1) * self.thumbs_down


@dataclass
class _Group:
    page: str
    turns: list[BadTurn] = field(default_factory=list)


def find_gaps(site: Site, parts: SiteParts) -> list[Gap]:
    """Return the gaps of a site, worst first, from the last questions that went badly."""
    turns = parts.traces.bad_turns(site.id, MOST_TURNS)
    groups = group_alike(turns, language_of(site.settings.locale))
    shelf = parts.drafts.draft(site).shelf
    keys = [key_of(turn.question) for group in groups for turn in group.turns]
    written = parts.in_draft.passages.digests(shelf, keys) if keys else {}
    return sorted(
        (_gap(group, written) for group in groups), key=lambda gap: (gap.is_written, -gap.weight, gap.question)
    )


def group_alike(turns: Sequence[BadTurn], language: str) -> list[_Group]:
    """Put each question with the group that it is most like, the oldest first; a question like none begins its own."""
    asked = [(turn, _words(turn.question, language)) for turn in reversed(turns)]
    alike = Groups(Counter(word for _, words in asked for word in words))
    groups: dict[int, _Group] = {}
    for turn, words in asked:
        groups.setdefault(alike.place(words, turn.page), _Group(turn.page)).turns.append(turn)
    return list(groups.values())


def _words(question: str, language: str) -> frozenset[str]:
    return frozenset(find_terms(question, language)) or frozenset([question.casefold()])


def _gap(group: _Group, written: Mapping[str, str]) -> Gap:
    asked = Counter(turn.question for turn in reversed(group.turns))
    question = asked.most_common(1)[0][0]
    return Gap(
        question=question,
        page=group.page,
        asked=len(group.turns),
        examples=tuple(each for each, _ in asked.most_common(MOST_EXAMPLES + 1) if each != question)[:MOST_EXAMPLES],
        thumbs_down=sum(turn.is_disliked for turn in group.turns),
        turns=tuple(turn.turn for turn in group.turns),
        is_written=any(key_of(turn.question) in written for turn in group.turns),
    )
