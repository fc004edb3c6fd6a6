"""A document as the index holds it: cut into passages, with their terms and where it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.domain.knowledge import Document


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document comes from.

    `source` is empty for the site's folder, `added` for what was added by hand, else the address where a crawl began;
    `file_digest` tells a file that has not changed since, without reading it.
    """

    source: str = ""
    file_digest: str = ""


@dataclass(frozen=True, slots=True)
class CutPassage:
    """One passage before it has an id. `impacts` maps a stemmed term to its whole-number weight in this passage."""

    heading: str
    text: str
    impacts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cut:
    """A document as it is stored: its passages with the tokens of each field, ready to be indexed.

    Documents with one `fingerprint` say the same; one of them is found, and is the `twin` of the others, which have no
    passages.
    """

    document: Document
    passages: Sequence[CutPassage]
    origin: Origin = Origin()
    fingerprint: str = ""
    twin: str = ""
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A document without its text: what a search keeps of every page. `hosts` are those of its address and links."""

    id: int
    key: str
    title: str
    characters: int
    hosts: tuple[str, ...]
    twin: str
    language: str = ""
    audience: tuple[str, ...] = ()
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Titled:
    """A document as a list shows it. `twin` is the key of the one that is found in its place, else empty."""

    id: int
    site_id: int
    key: str
    title: str
    url: str
    source: str
    read_at: datetime
    passages: int
    marks: tuple[str, ...]
    twin: str
    audience: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stocked:
    """A stored document without its text."""

    digest: str
    origin: Origin
    fingerprint: str
    twin: str


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """How often a site's terms occur: passages in all, and passages that hold each term asked for."""

    passages: int
    frequency: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a question is in meaning to a passage and to its title, -1 to 1."""

    passage: float
    title: float
