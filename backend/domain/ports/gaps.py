"""The book of what a site's pages did not answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.domain.gaps import Gap, KeptGaps


class GapBook(Protocol):
    """The gaps that were put together last (implemented by store); visitors' words in them are encrypted at rest.

    They are forgotten with any conversation of the site: what was erased must not be read here.
    """

    def last_trouble(self, site_id: int) -> str:
        """Return what changes whenever a question of the site goes badly, or is rated."""

    def begin(self, site_id: int) -> int:
        """Return how many erasings there were, before the questions are read that gaps are made of."""

    def keep(self, site_id: int, erasings: int, last: str, turns: int, gaps: Sequence[Gap]) -> None:
        """Keep these gaps in place of those before, unless something was erased since they were begun."""

    def kept(self, site_id: int) -> KeptGaps | None:
        """Return what was kept last; None where nothing is."""
