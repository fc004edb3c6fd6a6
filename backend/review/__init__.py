"""What staff work on, decided without a database: which questions are alike, a turn played again,
and how far two people agree.

This is the door: others import from here alone.
"""

from __future__ import annotations

from backend.review.agreement import Agreement, agreement
from backend.review.grouping import ALIKE_WITH_PAGE, ALIKE_WITHOUT, Groups, Member, jaccard, nearest_group
from backend.review.replay import Connection, Screen, Stop, connections_of, screen_at, stops_of
from backend.review.same_question import Phrasing, same_question

__all__ = [
    "ALIKE_WITHOUT",
    "ALIKE_WITH_PAGE",
    "Agreement",
    "Connection",
    "Groups",
    "Member",
    "Phrasing",
    "Screen",
    "Stop",
    "agreement",
    "connections_of",
    "jaccard",
    "nearest_group",
    "same_question",
    "screen_at",
    "stops_of",
]
