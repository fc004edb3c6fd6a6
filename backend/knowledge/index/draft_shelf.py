"""A draft's documents seen as one site's: those of the live site, with what stands on the draft's shelf in their place.

Rules:
1. Nothing is copied: a draft costs what it changes, however large the site.
2. A live document is hidden where the draft leaves it out or has one of the same key.
3. Passages of both are found by one measure: the weight of a term in a passage does not depend on the site.
4. What belongs to no draft passes through as it is.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from backend.domain.indexed import Cut, Outline, Stocked, TermStatistics, Titled
from backend.domain.knowledge import Audience, Document, Passage
from backend.domain.ports import DraftBook, PassageBook

Kept = TypeVar("Kept")
BELIEVED_S = 0.05  # one page asks many times; what another process changes is seen with the next


@dataclass(frozen=True, slots=True)
class _Layers:
    """The live site under a draft, the keys of live documents that the draft hides, and the draft's own documents."""

    live: int
    hidden: frozenset[str]
    own: Mapping[str, str]  # the digests of what stands on the shelf


class DraftedPassages:
    """Implements PassageBook for drafts and published sites alike."""

    def __init__(self, book: PassageBook, drafts: DraftBook) -> None:
        self._book = book
        self._drafts = drafts
        self._known: tuple[int, float, _Layers | None] | None = None

    def documents(
        self, site_id: int, *, with_twins: bool = True, keys: Sequence[str] | None = None
    ) -> Sequence[Document]:
        own = self._book.documents(site_id, with_twins=with_twins, keys=keys)
        layers = self._layers(site_id)
        if layers is None:
            return own
        below = self._book.documents(layers.live, with_twins=with_twins, keys=keys)
        return sorted([*own, *(each for each in below if each.key not in layers.hidden)], key=lambda each: each.key)

    def document(self, site_id: int, key: str) -> Document | None:
        layers = self._layers(site_id)
        if layers is None or key in layers.own:
            return self._book.document(site_id, key)
        return None if key in layers.hidden else self._book.document(layers.live, key)

    def outlines(self, site_id: int, after: int, most: int) -> Sequence[Outline]:
        layers = self._layers(site_id)
        if layers is None:
            return self._book.outlines(site_id, after, most)
        own, below = (self._book.outlines(each, after, most) for each in (site_id, layers.live))
        merged = sorted([*own, *below], key=lambda each: each.id)[:most]
        theirs = {each.id for each in below}
        shown = [each for each in merged if each.id not in theirs or each.key not in layers.hidden]
        # A page of hidden ones alone would look like the end.
        return shown or (self.outlines(site_id, merged[-1].id, most) if merged else [])

    def document_ids(self, site_id: int) -> Sequence[int]:
        layers = self._layers(site_id)
        own = self._book.document_ids(site_id)
        if layers is None:
            return own
        hidden = self._book.ids_of(layers.live, sorted(layers.hidden))
        return [*own, *(frozenset(self._book.document_ids(layers.live)) - hidden)]

    def ids_of(self, site_id: int, keys: Sequence[str]) -> frozenset[int]:
        return self._book.ids_of(site_id, keys)

    def passages_of(self, site_id: int, key: str) -> Sequence[Passage]:
        layers = self._layers(site_id)
        if layers is None or key in layers.own:
            return self._book.passages_of(site_id, key)
        return [] if key in layers.hidden else self._book.passages_of(layers.live, key)

    def stocked(self, site_id: int, keys: Sequence[str] | None = None) -> Mapping[str, Stocked]:
        return self._layered(site_id, lambda each: self._book.stocked(each, keys))

    def digests(self, site_id: int, keys: Sequence[str] | None = None) -> Mapping[str, str]:
        layers = self._layers(site_id)
        if layers is None:
            return self._book.digests(site_id, keys)
        own = layers.own if keys is None else {key: layers.own[key] for key in keys if key in layers.own}
        wanted = None if keys is None else [key for key in keys if key not in layers.hidden]
        below = self._book.digests(layers.live, wanted)
        return {**{key: each for key, each in below.items() if key not in layers.hidden}, **own}

    def count(self, site_id: int, below: int | None = None, hidden: Sequence[str] = ()) -> tuple[int, int]:
        layers = self._layers(site_id)
        if layers is None:
            return self._book.count(site_id, below, hidden)
        return self._book.count(site_id, layers.live, sorted(layers.hidden))

    def titles(
        self,
        site_id: int,
        before: int | None = None,
        most: int = 50,
        keys: Sequence[str] | None = None,
        *,
        below: int | None = None,
    ) -> Sequence[Titled]:
        layers = self._layers(site_id)
        if layers is None:
            return self._book.titles(site_id, before, most, keys, below=below)
        both = self._book.titles(site_id, before, most + len(layers.hidden), keys, below=layers.live)
        return [each for each in both if each.site_id == site_id or each.key not in layers.hidden][:most]

    def put(self, site_id: int, cuts: Sequence[tuple[Cut, str]], gone: Sequence[str] = ()) -> None:
        is_drafted = self._layers(site_id) is not None
        self._known = None
        if is_drafted and gone:
            self._drafts.leave_out(site_id, gone)
        self._book.put(site_id, cuts, gone)

    def note_files(self, site_id: int, file_digests: Mapping[str, str]) -> None:
        self._book.note_files(site_id, file_digests)

    def revision(self, site_id: int) -> int:
        layers = self._layers(site_id)
        own = self._book.revision(site_id)  # each of the two only grows
        return own if layers is None else own + self._book.revision(layers.live)

    def synonyms(self, site_id: int) -> Sequence[Sequence[str]]:
        return self._book.synonyms(site_id)

    def set_synonyms(self, site_id: int, groups: Sequence[Sequence[str]]) -> None:
        self._book.set_synonyms(site_id, groups)

    def statistics(self, site_id: int, terms: Sequence[str]) -> TermStatistics:
        layers = self._layers(site_id)
        own = self._book.statistics(site_id, terms)
        if layers is None:
            return own
        below = self._book.statistics(layers.live, terms)
        frequency = {term: count + below.frequency[term] for term, count in own.frequency.items()}
        return TermStatistics(own.passages + below.passages, frequency)

    def vocabulary(self, site_id: int) -> Mapping[str, int]:
        layers = self._layers(site_id)
        own = dict(self._book.vocabulary(site_id))
        if layers is not None:
            for term, count in self._book.vocabulary(layers.live).items():
                own[term] = own.get(term, 0) + count
        return own

    def words(self, site_id: int, after: int, most: int) -> Sequence[tuple[int, str]]:
        layers = self._layers(site_id)
        if layers is None:
            return self._book.words(site_id, after, most)
        both = (self._book.words(each, after, most) for each in (site_id, layers.live))
        return sorted(word for words in both for word in words)[:most]

    def terms_in(self, site_id: int, terms: Sequence[str], passage_ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        return self._joined(site_id, lambda each: self._book.terms_in(each, terms, passage_ids))

    def holders(self, site_id: int, term: str) -> frozenset[int]:
        layers = self._layers(site_id)
        own = self._book.holders(site_id, term)
        return own if layers is None else own | self._book.holders(layers.live, term)

    def best(
        self, site_id: int, weights: Mapping[str, int], most: int, audience: Audience | None = None
    ) -> Sequence[tuple[Passage, int]]:
        layers = self._layers(site_id)
        own = self._book.best(site_id, weights, most, audience)
        if layers is None:
            return own
        below = self._best_shown(layers, weights, most, audience)
        return heapq.nsmallest(most, [*own, *below], key=lambda each: (-each[1], each[0].id))

    def meanings(self, site_id: int, passage_ids: Sequence[int], model: str) -> Mapping[int, bytes]:
        return self._joined(site_id, lambda each: self._book.meanings(each, passage_ids, model))

    def without_meaning(self, site_id: int, after: int, most: int, model: str) -> Sequence[Passage]:
        return self._book.without_meaning(site_id, after, most, model)

    def keep_meanings(self, site_id: int, meanings: Mapping[int, bytes], model: str) -> None:
        self._book.keep_meanings(site_id, meanings, model)

    def _layers(self, site_id: int) -> _Layers | None:
        """Return what lies under a draft's shelf, as it was a moment ago; None for a published site."""
        now = time.monotonic()
        if self._known and self._known[0] == site_id and now < self._known[1]:
            return self._known[2]
        found = self._drafts.on_shelf(site_id)
        own = {} if found is None else self._book.digests(site_id)
        layers = None if found is None else _Layers(found[0], found[1] | own.keys(), own)
        self._known = (site_id, now + BELIEVED_S, layers)
        return layers

    def _layered(self, site_id: int, read: Callable[[int], Mapping[str, Kept]]) -> Mapping[str, Kept]:
        layers, own = self._layers(site_id), read(site_id)
        if layers is None:
            return own
        return {**{key: each for key, each in read(layers.live).items() if key not in layers.hidden}, **own}

    def _joined(self, site_id: int, read: Callable[[int], Mapping[int, Kept]]) -> Mapping[int, Kept]:
        layers = self._layers(site_id)
        return read(site_id) if layers is None else {**read(layers.live), **read(site_id)}

    def _best_shown(
        self, layers: _Layers, weights: Mapping[str, int], most: int, audience: Audience | None
    ) -> Sequence[tuple[Passage, int]]:
        """Return the best of the live passages that the draft does not hide."""
        wanted = most
        while True:
            found = self._book.best(layers.live, weights, wanted, audience)
            shown = [each for each in found if each[0].document not in layers.hidden]
            if len(shown) >= most or len(found) < wanted:
                return shown[:most]
            wanted *= 2
