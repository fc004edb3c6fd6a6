"""The words of one site, as questions need them: how many passages hold each, and which one a misspelt word is.

Rule: nothing here grows with the site but the words themselves, which are read once and then as new ones come; how
often a word occurs is asked of the book for the words of a question alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from backend.domain.ports import PassageBook
from backend.knowledge.search.spelling import Speller, is_worth_correcting

AT_ONCE = 2_000  # words in one statement
MOST_REMEMBERED = 50_000


class KnownWords:
    """The words that a site's pages have ever held, for the speller; kept over changes of the pages."""

    def __init__(self, book: PassageBook, site_id: int, pause: Callable[[], None]) -> None:
        self._book, self._site_id, self._pause = book, site_id, pause
        self._speller = Speller()
        self._last = 0

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
        if not self._is_fresh:
            self._known.read_on()
            self._is_fresh = True
        near = self._known.near(word)
        self.look_up(other for _, other in near)
        ranked = [(slips, -self[other], other) for slips, other in near if other in self]
        return min(ranked)[2] if ranked else None

    def terms_in(self, terms: Sequence[str], passage_ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """Return which of these terms each of these passages holds, in its title, heading or text."""
        return self._book.terms_in(self._site_id, terms, passage_ids)
