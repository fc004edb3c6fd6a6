"""The knowledge of a site: documents, the passages they are cut into, and the results of a search."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """One page of a site. `key` is the id of its front matter or its path; `text` is Markdown or plain text.

    `language` has two letters; it is empty where the text does not tell. `audience` names those for whom alone the page
    is; without names it is for everyone. `left_out` are texts of its file that `text` has not: menus, what is hidden.
    """

    key: str
    title: str
    url: str
    text: str
    marks: tuple[str, ...] = ()
    language: str = ""
    audience: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom pages are looked up: visitors; with a name, those who also read the pages kept for that name.

    `language` is preferred where a page stands in several; `only_language` leaves all other pages out.
    """

    name: str = ""
    language: str = ""
    only_language: str = ""


VISITOR = Audience()


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document under one heading, about 900 characters, never cut through a list item or a table row.

    `document` is the document's key; `heading` the path of headings above it, joined with " > ", or empty.
    """

    id: int
    document: str
    title: str
    url: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `score` only orders."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a search, best first, each document once with its best passage.

    `confidence` (0…1) is the chance that the site answers the question at all. `whole` holds every document of a
    knowledge base that is small enough to go into the prompt as it is, in a stable order; it is empty otherwise.
    `read_as` is the question with what it leans on; it is empty for one that stands on its own feet. `orders` are
    sentences of marked pages among these that order a model about.
    """

    hits: tuple[Hit, ...]
    confidence: float
    whole: tuple[Document, ...] = ()
    read_as: str = ""
    orders: frozenset[str] = frozenset()

    @property
    def passages(self) -> tuple[Passage, ...]:
        return tuple(hit.passage for hit in self.hits)


@dataclass(frozen=True, slots=True)
class Quote:
    """Sentences, lists and tables taken word for word from documents (their keys in `documents`), as Markdown.

    `coverage` (0…1) is the share of the question's weight that the quoted text or its headings hold; `nearby` the
    other headings of the quoted document, in reading order; `lacks_steps` says that steps were asked for and nothing
    of what is quoted is any; `mention` (0…1) that all the question is about is one word, which no title or heading
    above what is quoted has: much on a large site, nothing on a small one, where few things have a heading.
    """

    text: str
    documents: tuple[str, ...]
    coverage: float
    nearby: tuple[str, ...] = ()
    lacks_steps: bool = False
    mention: float = 0.0


# The confidence from which a question is taken for one that the site answers: it keeps 96 of 100 answerable ones in
# one large site, 91 in small ones (tests/tools/evals/retrieval.py).
ANSWERABLE_FROM = 0.35

NOTHING_FOUND = Found(hits=(), confidence=0.0)
