"""The knowledge of sites: the library that is asked, the book behind it, and the embedder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from backend.domain.indexed import Cut, Nearness, Outline, Stocked, TermStatistics, Titled
from backend.domain.knowledge import VISITOR, Audience, Document, Found, Passage, Quote
from backend.domain.site import Site


class Library(Protocol):
    """The knowledge of all sites, ready to be asked (implemented by knowledge)."""

    def search(
        self, site: Site, question: str, *, most: int = 5, before: Sequence[str] = (), audience: Audience = VISITOR
    ) -> Found:
        """Return at most `most` documents that are for this audience, each once with its best passage, best first.

        A question that leans on those before it in the conversation is read with them.
        """

    def quote(self, site: Site, question: str, found: Found) -> Quote:
        """Return the sentences of what was found that answer the question, word for word, in reading order."""

    def weigh(self, site: Site, question: str) -> Mapping[str, float]:
        """Return the words of a question as they are searched for, each with how rare it is on the site."""

    def hosts(self, site: Site) -> Sequence[str]:
        """Return the web hosts on which the site's pages stand and to which they lead; protected pages are left out."""


class PassageBook(Protocol):
    """Documents, passages and the posting table (implemented by store; the same answers on every database)."""

    def documents(
        self, site_id: int, *, with_twins: bool = True, keys: Sequence[str] | None = None
    ) -> Sequence[Document]:
        """Return every document of the site, ordered by key; or those alone that can be found, or of these keys."""

    def document(self, site_id: int, key: str) -> Document | None: ...

    def outlines(self, site_id: int, after: int, most: int) -> Sequence[Outline]:
        """Return the next documents with larger ids, ordered by id; a document that is replaced has a new one."""

    def document_ids(self, site_id: int) -> Sequence[int]:
        """Return the id of every document, in no order."""

    def ids_of(self, site_id: int, keys: Sequence[str]) -> frozenset[int]:
        """Return the ids of the documents with these keys; a key without one is left out."""

    def passages_of(self, site_id: int, key: str) -> Sequence[Passage]:
        """Return a document's passages in reading order."""

    def stocked(self, site_id: int, keys: Sequence[str] | None = None) -> Mapping[str, Stocked]:
        """Return what is known of each document, by its key; or of a few with these keys."""

    def digests(self, site_id: int, keys: Sequence[str] | None = None) -> Mapping[str, str]:
        """Return each document's key with the digest that it was stored under; or those of these keys alone."""

    def count(self, site_id: int, below: int | None = None, hidden: Sequence[str] = ()) -> tuple[int, int]:
        """Return how many documents and how many passages the site has.

        With `below` those of that site are among them, but for documents with the keys in `hidden`.
        """

    def titles(
        self,
        site_id: int,
        before: int | None = None,
        most: int = 50,
        keys: Sequence[str] | None = None,
        *,
        below: int | None = None,
    ) -> Sequence[Titled]:
        """Return documents without their texts, those last read first; with ids below `before`, or of these keys.

        With `below` those of that site are among them.
        """

    def put(self, site_id: int, cuts: Sequence[tuple[Cut, str]], gone: Sequence[str] = ()) -> None:
        """Add or replace these documents (each with its digest) and remove those in `gone`, in one transaction."""

    def note_files(self, site_id: int, file_digests: Mapping[str, str]) -> None:
        """Keep the digest of the file that each of these documents was read from; nothing else changes."""

    def revision(self, site_id: int) -> int:
        """Return a number that changes whenever the site's documents do."""

    def synonyms(self, site_id: int) -> Sequence[Sequence[str]]:
        """Return the site's own groups of words that stand for one another, as they were given."""

    def set_synonyms(self, site_id: int, groups: Sequence[Sequence[str]]) -> None:
        """Make these all the site's groups; raise UnknownSite."""

    def statistics(self, site_id: int, terms: Sequence[str]) -> TermStatistics: ...

    def vocabulary(self, site_id: int) -> Mapping[str, int]:
        """Return every term of the site with the number of passages that hold it."""

    def words(self, site_id: int, after: int, most: int) -> Sequence[tuple[int, str]]:
        """Return the next terms with larger ids, ordered by id; a term that is gone and comes back has a new one."""

    def terms_in(self, site_id: int, terms: Sequence[str], passage_ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """Return which of these terms each of these passages holds; those that hold none are left out."""

    def holders(self, site_id: int, term: str) -> frozenset[int]:
        """Return the ids of all passages that hold a term."""

    def best(
        self, site_id: int, weights: Mapping[str, int], most: int, audience: Audience | None = None
    ) -> Sequence[tuple[Passage, int]]:
        """Return the passages with the highest sum of impact times weight; ties by passage id, integers only.

        With an audience, passages of documents that are not for this audience are left out before they are counted.
        """

    def meanings(self, site_id: int, passage_ids: Sequence[int], model: str) -> Mapping[int, bytes]:
        """Return this model's vectors of these passages, by passage id; a passage without one is left out."""

    def without_meaning(self, site_id: int, after: int, most: int, model: str) -> Sequence[Passage]:
        """Return the next passages without a vector of this model, those with larger ids than `after`, by id."""

    def keep_meanings(self, site_id: int, meanings: Mapping[int, bytes], model: str) -> None:
        """Keep these vectors of a model in the place of any other's by passage id, as long as the passages stay as they
        are; unknown ids are left out."""


class Embedder(Protocol):
    """Compares texts by what they mean (implemented by knowledge, where an operator wants it; never required)."""

    @property
    def name(self) -> str:
        """The name of its model: the vectors of two models do not compare."""

    def embed(self, passage: Passage) -> bytes:
        """Return the vectors of a passage and of its title, as the bytes to keep."""

    def compare(self, question: str, kept: Sequence[bytes]) -> Sequence[Nearness]:
        """Return how near a question is to each of the passages whose vectors these are."""


class Embedders(Protocol):
    """Chooses who compares the texts of a site (implemented by knowledge)."""

    def of(self, language: str, /) -> Embedder | None:
        """Return the embedder for sites in this language; None where words alone are better."""
