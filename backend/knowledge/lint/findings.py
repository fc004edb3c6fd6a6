"""Faults in a site's pages, found by comparing the pages with each other, for their owner to mend.

Rules:
1. Every finding names its place, and the other place where it takes two, with the words that are meant.
2. Figures contradict each other where two pages give different ones of the same unit in sentences of nearly the same
   words. Sentences of one page are not compared: there a difference is mostly meant (small and large, one and five).
3. Nothing is asked of the network, and nothing is changed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

from backend.domain.faults import Fault, TextPlace
from backend.domain.knowledge import Document
from backend.domain.toml import read_toml
from backend.knowledge.index import LINK_ADDRESS, MarkdownBlock, find_terms, find_words, split_blocks, split_sentences
from backend.knowledge.intake import find_orders

TABLE: Mapping[str, Any] = read_toml(Path(__file__).with_name("lint.toml"))
UNITS = {name: unit for unit, names in TABLE["units"].items() for name in names}
MONTHS = {name: int(number) for number, names in TABLE["months"].items() for name in names}

FIGURE = re.compile(
    r"(?P<sign>[€$£¥])\s?(?P<after>\d[\d.,]*)|(?<![\d.,])(?P<before>\d[\d.,]*+)\s?(?P<unit>[%€$£¥]|[^\W\d_]+)"
)
LINK = re.compile(r"\]\((https?://[^)\s]+)")
ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|\.)?\s(?:of\s|de\s)?([^\W\d_]{3,})\.?,?\s(?:de\s)?(\d{4})\b")
MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,})\.?\s(\d{1,2})(?:st|nd|rd|th)?,?\s(\d{4})\b")
RUN = 5  # words that two pages must share in a row
MOST_HOLDERS = 20  # a run or word in more sentences than that tells nothing
SHORTEST_PAGE = 20
LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence with its figures: the values given in each unit, and the words that say of what."""

    place: TextPlace
    values: Mapping[str, frozenset[str]]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Findability:
    """How pages are found: `find` returns the keys of the first so many documents that a question finds; `missed` has
    for each document that no question has found yet how many questions that were."""

    find: Callable[[str, int], Sequence[str]]
    missed: Mapping[str, int]


def advice(kind: str) -> str:
    """Return what to do about a fault of this kind."""
    sentence: str = TABLE["advice"][kind]
    return sentence


def lint(
    documents: Sequence[Document], twins: Mapping[str, str], language: str, today: date, findability: Findability
) -> list[Fault]:
    """Return what is wrong, page by page in the order of the documents; `twins` names who is found in whose place."""
    alone = [document for document in documents if not twins.get(document.key)]
    found = [
        *(Fault("same_text", TextPlace(key, ""), TextPlace(twin, "")) for key, twin in twins.items() if twin),
        *(finding for document in alone for finding in _within(document, today)),
        *_left_out(alone),
        *_unknown_links(alone),
        *_near_duplicates(alone),
        *_contradictions(alone, language),
        *_hard_to_find(alone, findability),
    ]
    order = {document.key: number for number, document in enumerate(documents)}
    return sorted(found, key=lambda each: order.get(each.place.document, len(order)))


def _within(document: Document, today: date) -> Iterator[Fault]:
    """Yield what can be said of one page by itself."""
    blocks = split_blocks(document.text)
    if not blocks:
        yield Fault("empty_page", TextPlace(document.key, document.title))
    yield from _hidden_orders(document)
    for heading in _empty_headings(blocks):
        yield Fault("empty_heading", TextPlace(document.key, heading.text))
    for sentence in _sentences(blocks):
        if _has_passed(sentence, today):
            yield Fault("stale", TextPlace(document.key, _shorten(sentence)))


def _left_out(documents: Sequence[Document]) -> Iterator[Fault]:
    """Yield the pages of which a good part was left out, menus aside, which many pages have in common."""
    limits = TABLE["left_out"]
    pages = Counter(text for document in documents for text in set(document.left_out))
    for document in documents:
        own = [text for text in document.left_out if len(documents) == 1 or pages[text] < limits["repeated_on"]]
        words = sum(len(text) for text in own)
        if words > limits["share"] * (words + len(document.text)):
            yield Fault("left_out", TextPlace(document.key, _shorten(max(own, key=len))))


def _hidden_orders(document: Document) -> Iterator[Fault]:
    """Yield what a document was marked for: the sentence itself, or the name of the mark where it is no sentence."""
    orders = list(find_orders(document.title, document.text)) if document.marks else []
    for order in orders:
        yield Fault("hidden_orders", TextPlace(document.key, _shorten(order.text)))
    for mark in document.marks:
        if mark not in {order.mark for order in orders}:
            yield Fault("hidden_orders", TextPlace(document.key, mark.replace("_", " ")))


def _empty_headings(blocks: Sequence[MarkdownBlock]) -> Iterator[MarkdownBlock]:
    for block, following in pairwise([*blocks, None]):
        if block is not None and block.kind == "heading":
            is_last = following is None
            if is_last or (following is not None and following.kind == "heading" and following.level <= block.level):
                yield block


def _sentences(blocks: Iterable[MarkdownBlock]) -> Iterator[str]:
    """Yield the sentences, list items and table rows; code says nothing of this kind."""
    for block in blocks:
        if block.kind == "paragraph":
            yield from split_sentences(block.text)
        elif block.kind in ("list", "table"):
            yield from block.parts


def _has_passed(sentence: str, today: date) -> bool:
    """Tell whether the sentence gives an end, and every date in it is before today."""
    if not set(TABLE["ends"]["words"]) & set(find_words(sentence)):
        return False
    dates = list(_dates(sentence))
    return bool(dates) and max(dates) < today


def _dates(sentence: str) -> Iterator[date]:
    read = [(int(y), int(m), int(d)) for y, m, d in ISO_DATE.findall(sentence)]
    read += [(int(y), MONTHS.get(m.casefold(), 0), int(d)) for d, m, y in DAY_FIRST.findall(sentence)]
    read += [(int(y), MONTHS.get(m.casefold(), 0), int(d)) for m, d, y in MONTH_FIRST.findall(sentence)]
    for year, month, day in read:
        try:
            yield date(year, month, day)
        except ValueError:
            continue  # no month's name, or a day that its month has not


def _unknown_links(documents: Sequence[Document]) -> Iterator[Fault]:
    known = {_address(document.url) for document in documents if document.url}
    hosts = {host for host, _ in known}
    for document in documents:
        for link in dict.fromkeys(LINK.findall(document.text)):
            address = _address(link)
            if address[0] in hosts and address not in known:
                yield Fault("unknown_link", TextPlace(document.key, link))


def _address(url: str) -> tuple[str, str]:
    """Return host and path: how a page is the same whatever scheme, fragment or slash at the end it is asked with."""
    parts = urlsplit(urldefrag(url).url)
    return parts.netloc.casefold().removeprefix("www."), parts.path.rstrip("/")


def _near_duplicates(documents: Sequence[Document]) -> Iterator[Fault]:
    """Yield pairs of pages that share most of their runs of five words."""
    runs = {document.key: _runs(document) for document in documents}
    for (one, other), shared in _shared_counts(runs).items():
        if shared >= TABLE["least_shared_text"] * len(runs[one] | runs[other]):
            yield Fault("near_duplicate", TextPlace(one, ""), TextPlace(other, ""))


def _hard_to_find(documents: Sequence[Document], findability: Findability) -> Iterator[Fault]:
    """Yield the pages that their own title does not find, and those that no question has found."""
    limits = TABLE["findable"]
    for document in documents:
        if document.audience or not document.text.strip():
            continue  # not for visitors, or named as an empty page
        is_tried = len(documents) <= limits["most_pages"]
        if is_tried and document.key not in findability.find(document.title, limits["first"]):
            yield Fault("unfindable", TextPlace(document.key, document.title))
        elif findability.missed.get(document.key, 0) >= limits["questions"]:
            questions = f"{findability.missed[document.key]} questions since it came"
            yield Fault("never_found", TextPlace(document.key, questions))


def _runs(document: Document) -> frozenset[str]:
    words = find_words(document.text)
    if len(words) < SHORTEST_PAGE:
        return frozenset()
    return frozenset(" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def _shared_counts(held: Mapping[str, frozenset[str]]) -> Counter[tuple[str, str]]:
    """Return how many things each pair shares; what many hold is left out."""
    holders: dict[str, list[str]] = defaultdict(list)
    for key, things in held.items():
        for thing in things:
            holders[thing].append(key)
    return Counter(pair for keys in holders.values() if len(keys) <= MOST_HOLDERS for pair in combinations(keys, 2))


def _contradictions(documents: Sequence[Document], language: str) -> Iterator[Fault]:
    """Yield pairs of claims; a sentence at odds with many is a form that each page fills in for itself."""
    claims = [claim for document in documents for claim in _claims(document, language)]
    shared = _shared_counts({str(number): claim.words for number, claim in enumerate(claims)})
    pairs = [(claims[int(one)], claims[int(other)], count) for (one, other), count in shared.items()]
    at_odds = {(one.place, other.place): None for one, other, count in pairs if _contradict(one, other, count)}
    times = Counter(place for both in at_odds for place in both)
    for one, other in at_odds:
        if max(times[one], times[other]) <= TABLE["most_at_odds"]:
            yield Fault("contradiction", one, other)


def _contradict(first: Claim, second: Claim, shared: int) -> bool:
    if first.place.document == second.place.document or shared < TABLE["least_shared_words"]:
        return False
    both = len(first.words & second.words) / len(first.words | second.words)
    units = first.values.keys() & second.values.keys()
    return both >= TABLE["least_likeness"] and any(not first.values[unit] & second.values[unit] for unit in units)


def _claims(document: Document, language: str) -> Iterator[Claim]:
    for sentence in _sentences(split_blocks(document.text)):
        said = LINK_ADDRESS.sub(" ", sentence)
        values: dict[str, set[str]] = defaultdict(set)
        for day in _dates(said):
            values["date"].add(day.isoformat())
        for figure in FIGURE.finditer(said):
            if unit := UNITS.get((figure["sign"] or figure["unit"]).casefold()):
                values[unit].add(_value(figure["after"] or figure["before"]))
        words = frozenset(_words_beside(said, language))
        if values and 0 < len(words) <= TABLE["longest_claim"]:
            given = {unit: frozenset(figures) for unit, figures in values.items()}
            yield Claim(TextPlace(document.key, _shorten(sentence)), given, words)


def _words_beside(sentence: str, language: str) -> Iterator[str]:
    """Yield the terms that are neither figure, unit nor part of a date: what the sentence is about."""
    without = sentence
    for pattern in (ISO_DATE, DAY_FIRST, MONTH_FIRST, FIGURE):
        without = pattern.sub(" ", without)
    yield from (term for term in find_terms(without, language) if not term[0].isdigit())


def _value(figure: str) -> str:
    """Return a figure without what parts its thousands, and without empty decimals."""
    bare = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", figure.rstrip(".,")).replace(",", ".")
    return re.sub(r"\.0+$", "", bare)


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"
