"""Questions that nothing answered, or that went badly: alike ones together, worst first.

Two questions are alike where the same page was found first for both and they share enough of their words, or where none
was found and they share more of them (review/grouping.py): single words alone would chain strangers together.

Where there are many of them, the process for jobs puts them together and keeps what came of it, so that nobody who
looks waits for that; where there are few, they are put together as somebody looks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from backend.domain.gaps import FoundGaps, Gap, KeptGaps
from backend.domain.site import Site
from backend.domain.trace import AskedTurn
from backend.knowledge.index import find_terms, language_of
from backend.review import Groups
from backend.services.answer_question import key_of
from backend.services.parts import SiteParts

MOST_TURNS = 1_000
MOST_EXAMPLES = 5
FEW_TURNS = 200  # are put together for each who looks
OLD = timedelta(minutes=10)  # the process for jobs should have looked since


@dataclass
class _Group:
    page: str
    turns: list[AskedTurn] = field(default_factory=list)


def find_gaps(site: Site, parts: SiteParts, now: datetime) -> FoundGaps:
    """Return the gaps of a site, worst first, from the last questions that went badly."""
    found = _kept_or_made(site, parts, now)
    return FoundGaps(worst_first(found.gaps, site, parts), found.at)


def live_gaps(site: Site, parts: SiteParts, now: datetime) -> Sequence[Gap]:
    """Return the gaps to which no answer was published meanwhile, worst first."""
    gaps = _kept_or_made(site, parts, now).gaps
    answers = [each for gap in gaps for each in gap.answers]
    written = parts.passages.digests(site.id, answers) if answers else {}
    left = (gap for gap in gaps if written.keys().isdisjoint(gap.answers))
    return sorted(left, key=lambda gap: (-gap.weight, gap.question))


def _kept_or_made(site: Site, parts: SiteParts, now: datetime) -> FoundGaps:
    kept = parts.gaps.kept(site.id)
    if kept is None or kept.turns <= FEW_TURNS or _is_left_behind(kept, site, parts, now):
        return FoundGaps(put_together(site, parts)[1])
    return FoundGaps(kept.gaps, kept.at)


def keep_gaps(site: Site, parts: SiteParts) -> bool:
    """Put the gaps of a site together anew and keep them, if anything went badly since; tell whether it did."""
    last, kept = parts.gaps.last_trouble(site.id), parts.gaps.kept(site.id)
    if kept is not None and kept.last == last:
        return False
    erasings = parts.gaps.begin(site.id)
    turns, gaps = put_together(site, parts)
    parts.gaps.keep(site.id, erasings, last, turns, gaps if turns > FEW_TURNS else [])
    return True


def put_together(site: Site, parts: SiteParts) -> tuple[int, Sequence[Gap]]:
    """Return how many questions went badly, and what they ask for."""
    turns = parts.traces.bad_turns(site.id, MOST_TURNS)
    return len(turns), [_gap(group) for group in group_alike(turns, language_of(site.settings.locale))]


def worst_first(gaps: Iterable[Gap], site: Site, parts: SiteParts) -> list[Gap]:
    """Return gaps in their order, those last to which an answer was written meanwhile."""
    gaps = list(gaps)
    answers = [each for gap in gaps for each in gap.answers]
    shelf = parts.drafts.draft(site).shelf
    written = parts.in_draft.passages.digests(shelf, answers) if answers else {}
    marked = (replace(gap, is_written=not written.keys().isdisjoint(gap.answers)) for gap in gaps)
    return sorted(marked, key=lambda gap: (gap.is_written, -gap.weight, gap.question))


def group_alike(turns: Sequence[AskedTurn], language: str) -> list[_Group]:
    """Put each question with the group that it is most like, the oldest first; a question like none begins its own."""
    asked = [(turn, _words(turn.question, language)) for turn in reversed(turns)]
    alike = Groups(Counter(word for _, words in asked for word in words))
    groups: dict[int, _Group] = {}
    for turn, words in asked:
        groups.setdefault(alike.place(words, turn.page), _Group(turn.page)).turns.append(turn)
    return list(groups.values())


def _is_left_behind(kept: KeptGaps, site: Site, parts: SiteParts, now: datetime) -> bool:
    """Tell whether nobody renews it, although there is something new."""
    return kept.at + OLD <= now and kept.last != parts.gaps.last_trouble(site.id)


def _words(question: str, language: str) -> frozenset[str]:
    return frozenset(find_terms(question, language)) or frozenset([question.casefold()])


def _gap(group: _Group) -> Gap:
    asked = Counter(turn.question for turn in reversed(group.turns))
    question = asked.most_common(1)[0][0]
    return Gap(
        question=question,
        page=group.page,
        asked=len(group.turns),
        examples=tuple(each for each, _ in asked.most_common(MOST_EXAMPLES + 1) if each != question)[:MOST_EXAMPLES],
        thumbs_down=sum(turn.is_disliked for turn in group.turns),
        turns=tuple(turn.turn for turn in group.turns),
        answers=tuple(dict.fromkeys(map(key_of, asked))),
    )
