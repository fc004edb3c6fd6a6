"""How likely a reply came before staff is told by how it looked and by the lot, never by what became of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.calibration import DecidedReply
from backend.domain.items import Reason
from backend.domain.site import Review, Site, SiteSettings
from backend.services.decided_replies import weighed

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SITE = Site(1, "pk_shop", 1, SiteSettings("Shop", (), review=Review(sample=0.1)))


@pytest.mark.parametrize(
    ("reasons", "propensity", "by_visitor"),
    [
        (("sample",), 0.1, False),
        (("low_confidence",), 0.91, False),
        (("low_confidence", "thumbs_down"), 0.91, False),
        (("sample", "thumbs_down"), 0.1, False),
        (("thumbs_down",), 0.1, True),
        (("comment", "handoff"), 0.1, True),
    ],
)
def test_each_reply_is_weighed_by_how_it_looked(
    reasons: tuple[Reason, ...], propensity: float, by_visitor: bool
) -> None:
    kept = DecidedReply(0.8, 0.6, True, reasons, NOW - timedelta(days=3))
    (decided,) = weighed([kept], SITE, NOW)
    assert decided.propensity == pytest.approx(propensity)
    assert (decided.by_visitor, decided.age_days) == (by_visitor, 3.0)
    assert kept.is_drawn == (reasons == ("sample",))
