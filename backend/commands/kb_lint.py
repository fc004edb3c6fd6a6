"""`kb lint`: what is wrong with a site's pages, and what to do about it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import groupby

from backend.commands.output import print_json, say
from backend.domain.faults import Fault, TextPlace
from backend.domain.site import Site
from backend.knowledge.lint import advice
from backend.services.lint_site import finding_row, lint_site
from backend.services.parts import SiteParts


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
    findings, documents = lint_site(site, parts)
    if args.json:
        print_json([finding_row(finding) for finding in findings])
        return 0
    print("\n".join(lines_of(findings)), end="\n" if findings else "")
    if not findings:
        say(f"Nothing was found in the {documents} documents of {site.settings.name}.")
    return 0


def lines_of(findings: Sequence[Fault]) -> Iterator[str]:
    """Yield the findings of one kind after the other, each kind with what to do about it."""
    for kind, same in groupby(sorted(findings, key=lambda each: each.kind), lambda each: each.kind):
        alike = list(same)
        yield f"{kind.replace('_', ' ')} ({len(alike)}): {advice(kind)}"
        for finding in alike:
            yield _at(finding.place)
            if finding.other:
                yield _at(finding.other)


def _at(place: TextPlace) -> str:
    return f"    {place.document}: {place.text}" if place.text else f"    {place.document}"
