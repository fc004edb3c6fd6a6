"""A site's pages are compared with each other, for what their owner may want to mend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from backend.domain.site import Site
from backend.knowledge.index import language_of
from backend.knowledge.lint import Fault, Findability, lint
from backend.services.parts import SiteParts


def lint_site(site: Site, parts: SiteParts) -> tuple[Sequence[Fault], int]:
    """Return the findings, and how many documents were looked at."""

    def find(question: str, most: int) -> list[str]:
        return [hit.passage.document for hit in parts.knowledge.search(site, question, most=most).hits]

    twins = {key: each.twin for key, each in parts.passages.stocked(site.id).items()}
    documents = parts.passages.documents(site.id)
    findability = Findability(find, parts.book.never_found(site))
    language = language_of(site.settings.locale)
    return lint(documents, twins, language, datetime.now(UTC).date(), findability), len(documents)


def finding_row(finding: Fault) -> dict[str, object]:
    """Return one finding as a JSON object; `other` is null where one place is enough."""
    other = finding.other and {"document": finding.other.document, "text": finding.other.text}
    place = {"document": finding.place.document, "text": finding.place.text}
    return {"kind": finding.kind, **place, "other": other, "advice": finding.advice}
