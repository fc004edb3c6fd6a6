"""What staff work on, decided without a database: which questions are alike.

This is the door: others import from here alone.
"""

from __future__ import annotations

from backend.review.grouping import Member, is_the_same, jaccard, nearest_group

__all__ = ["Member", "is_the_same", "jaccard", "nearest_group"]
