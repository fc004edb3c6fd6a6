"""What made the answers that were tried on a draft is shown to whoever tries it."""

from __future__ import annotations

from collections.abc import Sequence

from backend.domain.trace import Trace
from backend.domain.versions import Draft
from backend.services.parts import SiteParts


def last_traces(draft: Draft, parts: SiteParts, most: int) -> Sequence[Trace]:
    """Return the last turns that were tried on a draft, the newest first."""
    return parts.traces.latest(draft.shelf, most)
