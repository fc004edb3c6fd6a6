"""`kb lint`: what is wrong with a site's pages, and what to do about it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import groupby

from backend.commands.site import SiteParts, say
from backend.domain.site import Site
from backend.knowledge.index import language_of
from backend.knowledge.lint import Findability, Finding, Place, lint


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `kb`."""
    parser = commands.add_parser(
        "lint",
        help="look for pages that contradict each other, say the same, are out of date or broken",
        description=(
            "Compares a site's pages with each other and prints what its owner may want to mend, each with its place"
            " and what to do. It changes nothing and asks nothing of the network."
        ),
    )
    parser.add_argument("--site", required=True, metavar="KEY")
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON list")


def run(args: argparse.Namespace, site: Site, parts: SiteParts) -> int:
    """Print the findings; none is said on standard error."""
    twins = {key: each.twin for key, each in parts.passages.stocked(site.id).items()}
    documents = parts.passages.documents(site.id)
    findability = Findability(partial(_find, site, parts), parts.book.never_found(site))
    findings = lint(documents, twins, language_of(site.settings.locale), datetime.now(UTC).date(), findability)
    if args.json:
        print(json.dumps([as_json(finding) for finding in findings], ensure_ascii=False))
        return 0
    print("\n".join(lines_of(findings)), end="\n" if findings else "")
    if not findings:
        say(f"Nothing was found in the {len(documents)} documents of {site.settings.name}.")
    return 0


def _find(site: Site, parts: SiteParts, question: str, most: int) -> list[str]:
    return [hit.passage.document for hit in parts.knowledge.search(site, question, most=most).hits]


def as_json(finding: Finding) -> dict[str, object]:
    """Return one finding as a JSON object; `other` is null where one place is enough."""
    other = finding.other and {"document": finding.other.document, "text": finding.other.text}
    place = {"document": finding.place.document, "text": finding.place.text}
    return {"kind": finding.kind, **place, "other": other, "advice": finding.advice}


def lines_of(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the findings of one kind after the other, each kind with what to do about it."""
    for kind, same in groupby(sorted(findings, key=lambda each: each.kind), lambda each: each.kind):
        alike = list(same)
        yield f"{kind.replace('_', ' ')} ({len(alike)}): {alike[0].advice}"
        for finding in alike:
            yield _at(finding.place)
            if finding.other:
                yield _at(finding.other)


def _at(place: Place) -> str:
    return f"    {place.document}: {place.text}" if place.text else f"    {place.document}"
