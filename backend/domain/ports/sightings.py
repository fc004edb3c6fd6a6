"""The book of where a site's tag was seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.domain.sightings import Sighting, SightingKind


class SightingBook(Protocol):
    """Where tags were seen (implemented by store). It keeps a few origins of each kind, the last ones."""

    def note(self, site_id: int, kind: SightingKind, origin: str, count: int) -> None:
        """Keep that this was seen so many times more."""

    def sightings(self, site_id: int) -> Sequence[Sighting]:
        """Return what was seen, the last first."""
