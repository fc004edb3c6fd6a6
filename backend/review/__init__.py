"""What staff work on, decided without a database: which questions are alike, and a turn played again.

This is the door: others import from here alone.
"""

from __future__ import annotations

from backend.review.grouping import Member, jaccard, nearest_group
from backend.review.replay import Screen, Stop, screen_at, stops_of
from backend.review.same_question import Phrasing, same_question

__all__ = [
    "Member",
    "Phrasing",
    "Screen",
    "Stop",
    "jaccard",
    "nearest_group",
    "same_question",
    "screen_at",
    "stops_of",
]
