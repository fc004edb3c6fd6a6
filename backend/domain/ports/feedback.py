"""The book of visitors' ratings and wishes."""

from __future__ import annotations

from typing import Protocol

from backend.domain.site import Site


class Feedback(Protocol):
    """Visitors' judgements of turns (implemented by store)."""

    def rate(self, site: Site, turn: str, rating: str, comment: str) -> None:
        """Keep a visitor's judgement of a turn, in place of an earlier one; raise NotFound for an unknown turn."""
