"""Decisions of staff as calibration sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DecidedReply:
    """A reply that staff decided: its own confidence and that of the search, 0 to 1, and whether it was right.

    `propensity` is how likely a turn like it comes before staff; `is_drawn` where nothing but the lot brought it there.
    """

    stated: float
    found: float
    is_right: bool
    propensity: float
    is_drawn: bool
    at: datetime
