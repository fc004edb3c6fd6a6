"""The confidence of replies is fitted anew where staff have decided enough that is new, and else once a day.

A site's curve leans on what the decisions of all other sites say, and less so the more it has of its own. Once it is
kept, the widget's doubt follows it in every worker, and what waits in the queue is weighed and ranked anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import structlog

from backend.domain.calibration import TABLE, Curve, Fitting
from backend.domain.site import Site
from backend.review.calibration import Decided, error_of, fit, reliability
from backend.services.decided_replies import weighed
from backend.services.review_parts import ReviewParts

log = structlog.get_logger("calibration")
MOST_DECISIONS = 2_000
MOST_OF_ANOTHER = 200
MOST_OTHERS = 50  # sites
REFIT_EVERY: int = TABLE["refit_every"]
REFIT_AFTER = timedelta(hours=TABLE["refit_after_hours"])
BEGINNING = Curve()


def fit_confidence(parts: ReviewParts) -> int:
    """Fit the sites where it matters; return how many there were."""
    counts = parts.items.decision_counts()
    sites = [site for site in parts.sites.sites() if is_due(site, counts.get(site.id, 0), parts)]
    for site in sites:
        fit_site(site, counts, parts)
    return len(sites)


def is_due(site: Site, decided: int, parts: ReviewParts) -> bool:
    """Tell whether a site's decisions say something that its curve does not know."""
    last = parts.sites.fitting(site) if decided else None
    if last is None:
        return decided >= REFIT_EVERY
    fresh = abs(decided - last.decided)
    return fresh >= REFIT_EVERY or (fresh > 0 and parts.time() - last.at >= REFIT_AFTER)


def fit_site(site: Site, counts: Mapping[int, int], parts: ReviewParts) -> Fitting:
    """Fit a site's curve and keep it; weigh anew what waits."""
    last = parts.sites.fitting(site)
    decided = weighed(parts.items.decided_replies(site.id, MOST_DECISIONS), site, parts.time())
    curve = fit(decided, towards=curve_of_others(site, counts, parts))
    held = [each for each in decided if not each.by_visitor]
    standing = counts.get(site.id, 0)
    fitting = Fitting(
        curve=curve,
        at=parts.time(),
        decided=standing,
        fresh=abs(standing - last.decided) if last else standing,
        error=error_of(reliability(held, curve)),
        error_before=error_of(reliability(held, last.curve if last else BEGINNING)),
    )
    parts.sites.keep_fitting(site, fitting)
    changed = parts.items.weigh_all(site, curve)
    log.info("calibration.fitted", site=site.key, decisions=curve.decisions, fresh=fitting.fresh, ranked=changed)
    return fitting


def curve_of_others(site: Site, counts: Mapping[int, int], parts: ReviewParts) -> Curve:
    """Return the curve that the decisions of all other sites make together."""
    others = [each for each in parts.sites.sites() if each.id != site.id and each.id in counts]
    others.sort(key=lambda each: -counts[each.id])
    together: list[Decided] = []
    for each in others[:MOST_OTHERS]:
        together += weighed(parts.items.decided_replies(each.id, MOST_OF_ANOTHER), each, parts.time())
    return fit(together)
