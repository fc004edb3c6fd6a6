"""The memory of a search: derived once for a site, then brought up to date with each change.

Rules:
1. No text is kept: of every document its title, where it leads and how long it is; of a small site the whole pages.
2. After a change only what has changed is read: a document that is replaced has a new id, and what is gone has none.
3. Whoever reads a large site for the first time lets other visitors' streams go on meanwhile.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.domain.indexed import Outline
from backend.domain.knowledge import Document
from backend.domain.ports import PassageBook
from backend.knowledge.search.scoring import Titles
from backend.knowledge.search.synonyms import Synonyms, synonyms_of
from backend.knowledge.search.vocabulary import KnownWords, Vocabulary

WHOLE_CHARACTERS = 48_000
MOST_SITES_REMEMBERED = 64
AT_ONCE = 250  # documents in one statement
PAUSE_S = 0.001  # none at all would give the loop's timers and sockets no turn


@dataclass(frozen=True)
class Memory:
    """All that is derived from one revision of a site's documents.

    `whole` and `hosts` are of what visitors may read; `languages` has the documents whose language is known, `marked`
    those that speak to a model.
    """

    revision: int
    passages: int
    vocabulary: Vocabulary
    titles: Titles
    synonyms: Synonyms
    whole: tuple[Document, ...]
    hosts: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, str]
    has_audiences: bool
    marked: frozenset[str]
    shown_hosts: dict[tuple[str, ...], list[str]] = field(default_factory=dict)  # by what is protected

    def knows(self, term: str) -> bool:
        return term in self.vocabulary or term in self.synonyms

    def rarity(self, term: str) -> float:
        """Return how much a term tells: nothing for one that every passage holds."""
        holders = self.vocabulary[term]
        return math.log(1 + (self.passages - holders + 0.5) / (holders + 0.5))


@dataclass
class _Site:
    """The memory of one site over its revisions; one question at a time brings it up to date."""

    words: KnownWords
    outlines: dict[int, Outline] = field(default_factory=dict)
    titles: Titles = field(default_factory=lambda: Titles({}))
    memory: Memory | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Memories:
    """The memories of the sites that were asked of late, each as new as its site."""

    def __init__(self, book: PassageBook) -> None:
        self._book = book
        self._sites: OrderedDict[tuple[int, str], _Site] = OrderedDict()

    def of(self, site_id: int, language: str) -> Memory:
        revision = self._book.revision(site_id)
        key = (site_id, language)
        if key not in self._sites:
            self._sites[key] = _Site(KnownWords(self._book, site_id, _let_others_go_on))
        site = self._sites[key]
        self._sites.move_to_end(key)
        while len(self._sites) > MOST_SITES_REMEMBERED:
            self._sites.popitem(last=False)
        with site.lock:
            if site.memory is None or site.memory.revision != revision:
                site.memory = self._derive(site, site_id, revision, language)
            return site.memory

    def _derive(self, site: _Site, site_id: int, revision: int, language: str) -> Memory:
        self._read_on(site, site_id)
        outlines = [outline for outline in site.outlines.values() if not outline.twin]
        found = [outline for outline in outlines if not outline.audience]
        is_small = sum(outline.characters for outline in found) <= WHOLE_CHARACTERS
        return Memory(
            revision,
            self._book.statistics(site_id, ()).passages,
            Vocabulary(self._book, site_id, site.words),
            site.titles,
            synonyms_of(self._book.synonyms(site_id), language),
            self._visitors_pages(site_id) if is_small else (),
            {outline.key: outline.hosts for outline in found},
            {outline.key: outline.language for outline in outlines if outline.language},
            has_audiences=len(found) < len(outlines),
            marked=frozenset(outline.key for outline in outlines if outline.is_marked),
        )

    def _visitors_pages(self, site_id: int) -> tuple[Document, ...]:
        return tuple(each for each in self._book.documents(site_id, with_twins=False) if not each.audience)

    def _read_on(self, site: _Site, site_id: int) -> None:
        """Take out what is gone, and read what has come since."""
        there = frozenset(self._book.document_ids(site_id))
        gone = [site.outlines.pop(each) for each in site.outlines.keys() - there]
        site.titles = site.titles.changed({}, [outline.key for outline in gone])
        while new := self._book.outlines(site_id, max(site.outlines, default=0), AT_ONCE):
            site.outlines.update((outline.id, outline) for outline in new)
            site.titles = site.titles.changed({outline.key: outline.title for outline in new if not outline.twin}, ())
            if len(new) == AT_ONCE:
                _let_others_go_on()


def _let_others_go_on() -> None:
    time.sleep(PAUSE_S)  # in a worker, where gevent has taken its place, the loop's turn
