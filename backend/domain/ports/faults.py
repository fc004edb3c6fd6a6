"""The book of what was found wrong with a site's pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.domain.faults import Fault, LookedOver


class FaultBook(Protocol):
    """What lint found last (implemented by store), of the draft's pages and of the live ones."""

    def keep(
        self, site_id: int, pages: str, faults: Sequence[Fault], digests: Sequence[tuple[str, str]], *, is_live: bool
    ) -> None:
        """Keep these faults in place of those that were found before."""

    def looked_over(self, site_id: int, *, is_live: bool) -> LookedOver | None:
        """Return what was found last; None where nobody has looked yet."""
