"""A site's pages are compared with each other, for what their owner may want to mend; it is kept until they change.

Rules: what was found is shown as long as the documents that it speaks of are the same; comparing is long work, so no
request does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain

from backend.domain.faults import Fault, LookedOver
from backend.domain.jobs import Job
from backend.domain.site import Site
from backend.knowledge.index import language_of
from backend.knowledge.lint import Findability, advice, lint
from backend.services.parts import SiteParts

LOOKED_BACK = 20  # jobs
MOST_KEPT = 2_000  # faults: nobody mends more before the pages change


def lint_site(site: Site, parts: SiteParts) -> tuple[Sequence[Fault], int]:
    """Return the findings, and how many documents were looked at."""

    def find(question: str, most: int) -> list[str]:
        return [hit.passage.document for hit in parts.knowledge.search(site, question, most=most).hits]

    twins = {key: each.twin for key, each in parts.passages.stocked(site.id).items()}
    documents = parts.passages.documents(site.id)
    findability = Findability(find, parts.book.never_found(site))
    language = language_of(site.settings.locale)
    return lint(documents, twins, language, datetime.now(UTC).date(), findability), len(documents)


def look_over(live: Site, site: Site, parts: SiteParts) -> Sequence[Fault]:
    """Compare the pages of `site`, which is `live` or its draft, and keep what was found."""
    pages = state_of(site, parts)
    faults = lint_site(site, parts)[0][:MOST_KEPT]
    digests = parts.passages.digests(site.id, sorted(documents_of(faults)))
    kept = [(digests.get(each.place.document, ""), digests.get(_other(each), "")) for each in faults]
    parts.faults.keep(live.id, pages, faults, kept, is_live=site.id == live.id)
    return faults


def ask_to_look_over(live: Site, site: Site, by: str, parts: SiteParts) -> Job:
    """Return the job that compares the pages: the one that is at it already, or a new one."""
    asked = parts.jobs.jobs([site.id], LOOKED_BACK)
    at_it = next((each for each in asked if each.kind == "lint" and not each.is_over), None)
    return at_it or parts.jobs.add(site.id, "lint", live.settings.name, by)


def faults_found(live: Site, site: Site, parts: SiteParts) -> LookedOver | None:
    """Return what was found last and still stands; None where nobody has looked yet."""
    found = parts.faults.looked_over(live.id, is_live=site.id == live.id)
    if found is None or not found.faults:
        return found
    now = parts.passages.digests(site.id, sorted(documents_of(found.faults)))
    both = zip(found.faults, found.digests, strict=True)
    standing = [
        (fault, was) for fault, was in both if was == (now.get(fault.place.document, ""), now.get(_other(fault), ""))
    ]
    return LookedOver(found.pages, found.at, [each for each, _ in standing], [was for _, was in standing])


def has_looked(live: Site, site: Site, parts: SiteParts) -> bool:
    """Tell whether the pages were compared as they are now."""
    found = parts.faults.looked_over(live.id, is_live=site.id == live.id)
    return found is not None and found.pages == state_of(site, parts)


def state_of(site: Site, parts: SiteParts) -> str:
    """Return what changes with every change of the site's pages."""
    return f"{site.id}:{parts.passages.revision(site.id)}"


def documents_of(faults: Sequence[Fault]) -> set[str]:
    return set(chain.from_iterable((each.place.document, _other(each)) for each in faults)) - {""}


def finding_row(finding: Fault) -> dict[str, object]:
    """Return one finding as a JSON object; `other` is null where one place is enough."""
    other = finding.other and {"document": finding.other.document, "text": finding.other.text}
    place = {"document": finding.place.document, "text": finding.place.text}
    return {"kind": finding.kind, **place, "other": other, "advice": advice(finding.kind)}


def _other(fault: Fault) -> str:
    return fault.other.document if fault.other else ""
