"""What is wrong with a site's pages, for their owner to mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Where something stands: the document's key, and the words that are meant."""

    document: str
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. `kind` is a key of the table of advice; `other` is the second place where there are two."""

    kind: str
    place: TextPlace
    other: TextPlace | None = None


@dataclass(frozen=True, slots=True)
class LookedOver:
    """What was found when a site's pages were last compared. `pages` tells of which state of them it was.

    `digests` are those of the documents of each fault at that time, its own first.
    """

    pages: str
    at: datetime
    faults: Sequence[Fault]
    digests: Sequence[tuple[str, str]]
