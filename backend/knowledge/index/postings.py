"""A document as the posting table holds it.

Rules: impacts are whole numbers and depend on the passage alone (the length that lengths are compared with is a
constant), so they never go stale when other documents come or go; how rare a term is, is asked at query time. The
digest covers all that impacts depend on, so a new way of indexing re-indexes by itself.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping

from backend.domain.indexed import Cut, CutPassage
from backend.domain.knowledge import Document
from backend.knowledge.index.passages import Cutting, cut_document
from backend.knowledge.index.terms import find_terms

INDEXING = 4  # raise when terms, passages or impacts are made in another way
IMPACT_SCALE = 100
LINK_HOST = re.compile(r"https?://([\w.-]{0,252}\w)", re.ASCII | re.IGNORECASE)

FIELD_WEIGHTS = {"title": 6.0, "heading": 2.0, "body": 1.0}
USUAL_TERMS = {"title": 5.0, "heading": 3.0, "body": 75.0}
SATURATION = 1.6  # k1: how soon a repeated word stops counting
LENGTH_SHARE = 0.75  # b: how much a long field is held against its words


def cut(document: Document, language: str = "en") -> Cut:
    """Return the document with its passages, each with the impact of every term in it."""
    return Cut(
        document,
        tuple(
            CutPassage(cutting.heading, cutting.text, find_impacts(document.title, cutting, language))
            for cutting in cut_document(document)
        ),
        hosts=find_hosts(document),
    )


def find_hosts(document: Document) -> tuple[str, ...]:
    """Return the hosts of a document's address and links, each once."""
    hosts = map(str.lower, LINK_HOST.findall(f"{document.url}\n{document.text}"))
    return tuple(dict.fromkeys(hosts))


def find_impacts(title: str, cutting: Cutting, language: str) -> Mapping[str, int]:
    """Return each term's weight in this passage, 1 to 260: a title counts six-fold, a heading two-fold."""
    fields = {"title": title, "heading": cutting.heading, "body": cutting.text}
    weighted: Counter[str] = Counter()
    for field, text in fields.items():
        terms = find_terms(text, language)
        length = 1 - LENGTH_SHARE + LENGTH_SHARE * len(terms) / USUAL_TERMS[field]
        for term, count in Counter(terms).items():
            weighted[term] += FIELD_WEIGHTS[field] * count / length  # type: ignore[assignment]  # a Counter may add floats
    return {term: max(1, _saturate(weight)) for term, weight in weighted.items()}


def digest(document: Document, language: str) -> str:
    """Return a fingerprint that changes whenever the stored document or its terms would."""
    page = [document.key, document.title, document.url, document.text, document.marks, document.language]
    rare = [each for each in (document.audience, document.left_out and [document.left_out]) if each]
    all_that_counts = [INDEXING, language, *page, *rare]
    return hashlib.sha256(json.dumps(all_that_counts).encode()).hexdigest()


def _saturate(weight: float) -> int:
    return round(IMPACT_SCALE * weight * (SATURATION + 1) / (SATURATION + weight))
