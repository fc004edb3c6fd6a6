"""What staff decided about replies, weighed by how each came before them: on this the confidence is fitted.

How likely a reply came before staff is told by how it looked and by the lot alone. What its visitor did afterwards is
left out: who complains has been given a wrong answer, and says nothing of the answers that look alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.domain.calibration import DecidedReply
from backend.domain.harm import propensity_of, rules
from backend.domain.items import AFTERWARDS
from backend.domain.site import Site
from backend.review.calibration import Decided

DAY_S = 86_400


def weighed(kept: Sequence[DecidedReply], site: Site, now: datetime) -> list[Decided]:
    """Return each decision with how likely it came before staff, and its age."""
    share = site.settings.review.sample
    return [
        Decided(
            each.stated,
            each.found,
            each.is_right,
            propensity_of(chance_of_looks(each), share),
            max(0.0, (now - each.at).total_seconds() / DAY_S),
            each.is_by_visitor,
        )
        for each in kept
    ]


def chance_of_looks(reply: DecidedReply) -> float:
    """Return how likely staff look at a reply for how it looked."""
    return max((rules()[reason].chance for reason in reply.reasons if reason not in AFTERWARDS), default=0.0)
