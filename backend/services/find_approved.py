"""A question that our team has answered is answered so again, as long as the pages behind the answer stay as they were.

It is looked for after the search, which has the first page and the words' weights anyway. Nothing is served to a
question that leans on those before it, that raised a flag, or from which personal data was taken: such an answer may
need what only that visitor's conversation holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from backend.domain.approved import Approved
from backend.domain.knowledge import Found, Passage
from backend.domain.ports import ApprovedBook, Embedder, Library, PassageBook
from backend.domain.site import Site
from backend.domain.turn import Asked, Question
from backend.knowledge.index import language_of
from backend.knowledge.search import is_fragment, leans
from backend.review.same_question import Phrasing, in_one_form, same_question

MOST_MEANINGS = 2_000  # questions, of all sites


@dataclass(frozen=True, slots=True)
class Kept:
    """The answers of a site as they are looked through, as of one stamp."""

    stamp: str
    by_id: Mapping[int, Approved] = field(default_factory=dict)
    by_page: Mapping[str, Sequence[tuple[int, str]]] = field(default_factory=dict)
    by_form: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, stamp: str, answers: Sequence[Approved]) -> Kept:
        serving = [each for each in answers if each.state == "serving"]
        by_page: dict[str, list[tuple[int, str]]] = {}
        by_form: dict[str, tuple[int, str]] = {}
        for answer in serving:
            for phrasing in answer.phrasings:
                by_form.setdefault(in_one_form(phrasing.question), (answer.id, phrasing.question))  # the newest counts
                if phrasing.page:
                    by_page.setdefault(phrasing.page, []).append((answer.id, phrasing.question))
        return cls(stamp, {each.id: each for each in serving}, by_page, by_form)


def near_by_meaning(embedder: Embedder) -> Callable[[str, Sequence[str]], Sequence[float]]:
    """Return what tells how near a question's meaning is to those of others; theirs are remembered."""

    @lru_cache(MOST_MEANINGS)
    def meaning_of(question: str) -> bytes:
        return embedder.embed(Passage(0, "", question, "", "", question))

    def near(question: str, others: Sequence[str]) -> Sequence[float]:
        return [each.passage for each in embedder.compare(question, list(map(meaning_of, others)))]

    return near


class FindApproved:
    """Implements FindsApproved. `live_of` returns the published site that a draft belongs to, or the site itself."""

    def __init__(
        self,
        book: ApprovedBook,
        library: Library,
        passages: PassageBook,
        live_of: Callable[[Site], int],
        embedder: Embedder | None = None,
    ) -> None:
        self._book = book
        self._library = library
        self._passages = passages
        self._live_of = live_of
        self._kept: dict[int, Kept] = {}
        self._meanings = near_by_meaning(embedder) if embedder else None

    def __call__(self, asked: Asked, question: Question, found: Found) -> Approved | None:
        if question.flags or question.is_redacted:
            return None
        site_id = self._live_of(asked.site)
        kept = self._answers_of(site_id)
        language = language_of(asked.site.settings.locale)
        if not kept.by_id or (question.history and leans(question.text, language)):
            return None
        answer = self._same(kept, asked.site, question.text, found, language)
        if answer is None or not self._still_holds(answer):
            return None
        if asked.address:  # a visitor's; what staff try counts for nothing
            self._book.was_served(site_id, answer.id)
        return answer

    def _same(self, kept: Kept, site: Site, text: str, found: Found, language: str) -> Approved | None:
        first = found.passages[0].document if found.passages else ""
        near = list(kept.by_page.get(first, ()))
        if exact := kept.by_form.get(in_one_form(text)):
            near.append(exact)
        if not near or (not exact and is_fragment(text, language)):
            return None
        phrasings = [(each, self._phrasing(site, said)) for each, said in near]
        match = same_question(self._phrasing(site, text), phrasings, language, self._meanings)
        return kept.by_id[match.at] if match else None

    def _phrasing(self, site: Site, text: str) -> Phrasing:
        return Phrasing(text, self._library.weigh(site, text))

    def _still_holds(self, answer: Approved) -> bool:
        """Tell whether the pages are as they were when the answer was approved; else it is served no more."""
        now = self._passages.digests(answer.site_id, sorted(answer.pages)) if answer.pages else {}
        if dict(now) == dict(answer.pages):
            return True
        self._book.page_changed(answer.site_id, answer.id)
        return False

    def _answers_of(self, site_id: int) -> Kept:
        stamp = self._book.stamp(site_id)
        kept = self._kept.get(site_id)
        if kept is None or kept.stamp != stamp:
            kept = self._kept[site_id] = Kept.of(stamp, self._book.answers(site_id) if stamp else ())
        return kept
