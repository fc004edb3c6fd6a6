"""A site's conversations and decided replies as lines: for evaluations, for training, or for the visitor they are of.

Lines come one by one, so that a year of a busy site needs no more memory than a day. Personal data that the checks find
is hidden, except for whoever may see everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from backend.domain.items import Decision
from backend.domain.site import Site
from backend.domain.trace import Trace
from backend.services.review_parts import ReviewParts

AT_ONCE = 100
Kind = Literal["reviewed", "conversations", "visitor"]
Hide = Callable[[str], str]
Line = Mapping[str, object]


def reviewed_lines(site: Site, parts: ReviewParts, hide: Hide) -> Iterator[Line]:
    """Yield every decision that stands, the oldest first: question, passages, the reply that was judged, and the right
    one where somebody wrote it."""
    last = 0
    while decisions := parts.items.standing_decisions(site.id, last, AT_ONCE):
        for decision in decisions:
            item = parts.items.item(decision.item)
            trace = parts.traces.trace(site.id, item.turn) if item else None
            if trace:  # its conversation may have been erased
                yield reviewed_line(decision, trace, hide)
        last = decisions[-1].id


def reviewed_line(decision: Decision, trace: Trace, hide: Hide) -> Line:
    return {
        "turn": trace.turn,
        "at": trace.at.isoformat(),
        "question": hide(trace.question),
        "passages": [{"document": each.document, "title": each.title, "text": each.text} for each in trace.passages],
        "reply": hide(trace.message),
        "model": trace.model,
        "version": trace.version,
        "confidence": trace.confidence,
        "decision": decision.decided.kind,
        "corrected": hide(decision.decided.reply) or None,
        "decided_at": decision.at.isoformat(),
    }


def turn_lines(site: Site, parts: ReviewParts, hide: Hide, visitor: str | None = None) -> Iterator[Line]:
    """Yield every turn, the oldest first; those of one visitor alone."""
    last = 0
    while found := parts.traces.after(site.id, last, AT_ONCE, visitor):
        stars = parts.book.stars_of(site.id, [trace.conversation for _, trace in found])
        for _, trace in found:
            yield turn_line(trace, stars.get(trace.conversation), hide)
        last = found[-1][0]


def turn_line(trace: Trace, stars: int | None, hide: Hide) -> Line:
    return {
        "conversation": trace.conversation,
        "turn": trace.turn,
        "at": trace.at.isoformat(),
        "question": hide(trace.question),
        "reply": hide(trace.message),
        "status": trace.status,
        "error": trace.error or None,
        "model": trace.model,
        "version": trace.version,
        "confidence": trace.confidence,
        "stars": stars,
        "flags": [each.reason for each in trace.flags],
    }
