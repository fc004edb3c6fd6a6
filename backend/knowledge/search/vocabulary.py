"""The words of one site, as questions need them: how many passages hold each, and which one a misspelt word is.

Rule: nothing here grows with the site but the words themselves, which are read once and then as new ones come; how
often a word occurs is asked of the book for the words of a question alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from backend.domain.ports import PassageBook
from backend.knowledge.index import table_of
from backend.knowledge.search.kinship import find_kin
from backend.knowledge.search.spelling import Speller, is_worth_correcting

AT_ONCE = 2_000  # words in one statement
MOST_REMEMBERED = 50_000
MOST_TERMS_KEPT, MOST_HOLDERS_KEPT = 500, 1_000  # a term with more is asked for anew, with the passages in question


class KnownWords:
    """The words that a site's pages have ever held, for the speller; kept over changes of the pages."""

    def __init__(self, book: PassageBook, site_id: int, pause: Callable[[], None]) -> None:
        self._book, self._site_id, self._pause = book, site_id, pause
        self._speller = Speller()
        self._last = 0

    @property
    def words(self) -> Speller:
        return self._speller

    def near(self, word: str) -> Sequence[tuple[int, str]]:
        return self._speller.near(word)

    def read_on(self) -> None:
        """Read the words that have come since."""
        while new := self._book.words(self._site_id, self._last, AT_ONCE):
            self._speller.add(word for _, word in new)
            self._last = new[-1][0]
            if len(new) == AT_ONCE:
                self._pause()


class Vocabulary:
    """How many passages hold each word, at one revision of the site."""

    def __init__(self, book: PassageBook, site_id: int, known: KnownWords) -> None:
        self._book, self._site_id, self._known = book, site_id, known
        self._is_fresh = False
        self._holders: dict[str, int] = {}
        self._kin: dict[tuple[str, str], Mapping[str, float]] = {}
        self._slips: dict[str, str | None] = {}
        self._told_last: tuple[object, Mapping[int, frozenset[str]]] | None = None
        self._kept: dict[str, frozenset[int]] = {}  # by term, the one that was asked for last at the end

    def look_up(self, terms: Iterable[str]) -> None:
        """Ask for all of these at once, which else would be asked for one by one."""
        if len(self._holders) > MOST_REMEMBERED:
            self._holders.clear()
        if missing := [term for term in dict.fromkeys(terms) if term not in self._holders]:
            self._holders.update(self._book.statistics(self._site_id, missing).frequency)

    def __contains__(self, term: str) -> bool:
        return self[term] > 0

    def __getitem__(self, term: str) -> int:
        """Return how many passages hold the term, 0 for one that none does."""
        self.look_up([term])
        return self._holders[term]

    def correct(self, word: str) -> str | None:
        """Return the known word that this one is a slip of: the nearest, then the most frequent; None for none."""
        if not is_worth_correcting(word):
            return None
        if word not in self._slips:
            if len(self._slips) > MOST_REMEMBERED:
                self._slips.clear()
            self._slips[word] = self._correct(word)
        return self._slips[word]

    def _correct(self, word: str) -> str | None:
        self._read_on()
        near = self._known.near(word)
        self.look_up(other for _, other in near)
        ranked = [(slips, -self[other], other) for slips, other in near if other in self]
        return min(ranked)[2] if ranked else None

    def kin(self, term: str, language: str) -> Mapping[str, float]:
        """Return the words of the site that are near of kin to this one, each with how near it is."""
        if (kin := self._kin.get((term, language))) is None:
            self._read_on()
            near = find_kin(term, self._known.words, table_of(language))
            self.look_up(near)
            kin = {other: share for other, share in near.items() if other in self}
            if len(self._kin) > MOST_REMEMBERED:
                self._kin.clear()
            self._kin[term, language] = kin
        return kin

    def held_by(self, terms: Iterable[str], passage_ids: Sequence[int]) -> frozenset[str]:
        """Return which of these terms any of these passages holds."""
        return frozenset().union(*self._told(list(terms), passage_ids).values())

    def _read_on(self) -> None:
        if not self._is_fresh:
            self._known.read_on()
            self._is_fresh = True

    def terms_in(self, terms: Sequence[str], passage_ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """Return which of these terms each of these passages holds, in its title, heading or text."""
        rare = [term for term in terms if self[term] <= MOST_HOLDERS_KEPT]
        common = [term for term in terms if self[term] > MOST_HOLDERS_KEPT]
        told = self._told(common, passage_ids) if common else {}
        holders = [(term, self._holders_of(term)) for term in rare]
        return {
            each: frozenset([term for term, held_by in holders if each in held_by]) | told.get(each, frozenset())
            for each in passage_ids
        }

    def _told(self, terms: Sequence[str], passage_ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """Return which of these terms each of these passages holds; who asks the same again is told at once."""
        asked = (tuple(terms), tuple(passage_ids))
        if self._told_last is None or self._told_last[0] != asked:
            self._told_last = (asked, self._book.terms_in(self._site_id, terms, passage_ids))
        return self._told_last[1]

    def _holders_of(self, term: str) -> frozenset[int]:
        """Return the passages that hold a term; those of the terms that were asked for of late are kept."""
        held_by = self._kept.pop(term, None)
        if held_by is None:
            held_by = self._book.holders(self._site_id, term)
        self._kept[term] = held_by
        while len(self._kept) > MOST_TERMS_KEPT:
            del self._kept[next(iter(self._kept))]
        return held_by
