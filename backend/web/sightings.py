"""What pages tell of a site's tag, written down once a minute at most for each page's origin."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from backend.domain.ports import SightingBook
from backend.domain.sightings import SightingKind
from backend.domain.site import Site

EVERY_S = 60.0
MOST_REMEMBERED = 2_000
LONGEST_ORIGIN = 200


class Sightings:
    """Counts in memory, and writes the first sighting at once: an owner who has just pasted the tag sees it."""

    def __init__(self, book: SightingBook, now: Callable[[], float] = time.monotonic) -> None:
        self._book = book
        self._now = now
        self._seen: dict[tuple[int, SightingKind, str], tuple[int, float]] = {}

    def note(self, site: Site, kind: SightingKind, origin: str) -> None:
        """Note that a page of this origin told of the tag."""
        key = (site.id, kind, origin[:LONGEST_ORIGIN])
        count, written = self._seen.pop(key, (0, -EVERY_S))
        now = self._now()
        if now - written < EVERY_S:
            self._seen[key] = count + 1, written
            return
        self._book.note(*key, count + 1)
        self._seen[key] = 0, now
        while len(self._seen) > MOST_REMEMBERED:
            del self._seen[next(iter(self._seen))]


def origin_of(address: str) -> str:
    """Return the origin of an address, as a `Referer` has it; empty where it has none."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""
