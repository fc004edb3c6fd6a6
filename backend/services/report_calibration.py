"""Does the assistant know what it knows? Its confidence held against what staff decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.domain.calibration import Curve, DecidedReply, Fitting
from backend.domain.items import Reason
from backend.domain.site import Site
from backend.review.calibration import (
    Bin,
    Decided,
    error_of,
    fit,
    reliability,
    reliability_as_stated,
    right_order,
    weight_of,
)
from backend.services.decided_replies import weighed
from backend.services.review_parts import ReviewParts

MOST_DECISIONS = 2_000
THRESHOLDS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9)
# Wrong replies to be caught for each that is looked at in vain, for a higher threshold to be advised.
WORTH = 1.0


@dataclass(frozen=True, slots=True)
class Threshold:
    """What asking staff below a confidence would do, of 100 replies: wrong ones caught and missed, and in vain."""

    below: float
    caught: float
    missed: float
    flagged: float
    in_vain: float


@dataclass(frozen=True, slots=True)
class Worth:
    """How many of the replies that a reason brought before staff were wrong."""

    reason: Reason
    wrong: int
    replies: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Errors are shares, 0 to 1; `right_order` is None where all were right, or none. `suggested` is None for few."""

    decisions: int
    drawn: int
    drawn_wrong: int
    fitted: Curve
    error: float
    error_as_stated: float
    right_order: float | None
    curve: Sequence[Bin]
    thresholds: Sequence[Threshold]
    suggested: float | None
    last: Fitting | None = None
    as_stated: Sequence[Bin] = ()
    by_reason: Sequence[Worth] = ()


def report_calibration(site: Site, parts: ReviewParts) -> Calibration:
    """Return what the last decisions say about the confidence of a site's replies."""
    kept = parts.items.decided_replies(site.id, MOST_DECISIONS)
    decided = [each for each in weighed(kept, site, parts.time()) if not each.by_visitor]
    last = parts.sites.fitting(site)
    fitted = last.curve if last else fit(decided)
    curve, as_stated = reliability(decided, fitted), reliability_as_stated(decided)
    points = sorted({*THRESHOLDS, site.settings.review.ask_below})
    thresholds = [threshold(decided, fitted, below) for below in points]
    drawn = [each for each in kept if each.is_drawn]
    return Calibration(
        decisions=len(kept),
        drawn=len(drawn),
        drawn_wrong=sum(not each.is_right for each in drawn),
        fitted=fitted,
        error=error_of(curve),
        error_as_stated=error_of(as_stated),
        as_stated=as_stated,
        by_reason=worth_of(kept),
        right_order=right_order(decided, fitted),
        curve=curve,
        thresholds=thresholds if decided else (),
        suggested=suggest(thresholds) if fitted.is_enough else None,
        last=last,
    )


def threshold(decided: Sequence[Decided], fitted: Curve, below: float) -> Threshold:
    """Return what flagging below a confidence would do to 100 replies."""
    total = sum(map(weight_of, decided)) or 1.0
    parts = {(under, right): 0.0 for under in (True, False) for right in (True, False)}
    for each in decided:
        parts[fitted.of(each.stated, each.found) < below, each.is_right] += 100 * weight_of(each) / total
    flagged = parts[True, False] + parts[True, True]
    return Threshold(below, parts[True, False], parts[False, False], flagged, parts[True, True])


def suggest(thresholds: Sequence[Threshold]) -> float:
    """Return the highest threshold whose last step still caught a wrong reply for each that it flagged in vain."""
    best = thresholds[0]
    for step in thresholds[1:]:
        if step.caught - best.caught < WORTH * (step.in_vain - best.in_vain):
            break
        best = step
    return best.below


def worth_of(kept: Sequence[DecidedReply]) -> list[Worth]:
    """Return which reasons brought wrong replies, those that found the most among their own first."""
    found: dict[Reason, list[bool]] = {}
    for reply in kept:
        for reason in reply.reasons:
            if reason != "sample" or reply.is_drawn:
                found.setdefault(reason, []).append(reply.is_right)
    worth = [Worth(reason, results.count(False), len(results)) for reason, results in found.items()]
    return sorted(worth, key=lambda each: (-each.wrong / each.replies, -each.replies))


def within(thresholds: Sequence[Threshold], most_flagged: float) -> float | None:
    """Return the highest threshold that flags no more of 100 replies than this; None where even the lowest does."""
    fitting = [each.below for each in thresholds if each.flagged <= most_flagged]
    return max(fitting, default=None)
