"""`kb`: what a site knows, and what it finds. `kb search` is here, the documents are in kb_documents.py."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from typing import TextIO

from backend.app import House
from backend.commands import kb_crawl, kb_documents, kb_lint, kb_synonyms
from backend.commands.output import print_json, say
from backend.domain.errors import SettingsError
from backend.domain.knowledge import ANSWERABLE_FROM, Audience, Found
from backend.domain.site import Site
from backend.knowledge.intake import Fetcher, read_rules
from backend.services.find_site import find_site
from backend.services.parts import SiteParts

USUAL_DOCUMENTS = 5
SHOWN_CHARACTERS = 90


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `kb` with its commands."""
    parser = subparsers.add_parser(
        "kb",
        help="put documents into a site, and search them",
        description="What a site knows: its documents, and what a question finds in them.",
    )
    commands = parser.add_subparsers(dest="kb_command", required=True, metavar="COMMAND")
    search = commands.add_parser(
        "search",
        help="find the documents for each question on standard input",
        description='Questions are read from standard input: one a line, or with --json {"id","question"} a line.',
    )
    search.add_argument("--site", required=True, metavar="KEY")
    search.add_argument("--json", action="store_true", help="read and print JSON lines")
    search.add_argument("-k", type=_count, default=USUAL_DOCUMENTS, metavar="N", help="documents for each question")
    search.add_argument("--language", type=_language, metavar="XX", help="find pages in this language alone, as de")
    search.add_argument("--audience", default="", metavar="NAME", help="find what is for these readers too, as staff")
    kb_documents.add_parsers(commands)
    kb_crawl.add_parsers(commands)
    kb_lint.add_parser(commands)
    kb_synonyms.add_parser(commands)


def run(args: argparse.Namespace, parts: House, fetcher: Fetcher | None = None) -> int:
    """Run `kb …`; raise SettingsError with one sentence when the input cannot be used.

    `fetcher` is given by tests alone, to permit one address that is not public.
    """
    site = find_site(args.site, parts.sites)
    if args.kb_command in kb_documents.COMMANDS:
        return kb_documents.run(args, site, parts, fetcher or Fetcher(read_rules()))
    if args.kb_command in kb_crawl.COMMANDS:
        return kb_crawl.run(args, site, parts, fetcher or Fetcher(read_rules()))
    if args.kb_command == "lint":
        return kb_lint.run(args, site, parts)
    if args.kb_command == "synonyms":
        return kb_synonyms.run(args, site, parts)
    audience = Audience(args.audience.strip().lower(), only_language=args.language or "")
    return _search_json(site, parts, args.k, audience) if args.json else _search(site, parts, args.k, audience)


def read_questions(lines: TextIO) -> Iterator[tuple[object, str]]:
    """Yield (id, question) of each JSON line; raise SettingsError that names the line that cannot be read."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise SettingsError(f"Line {number} of the input is not JSON.") from None
        if not isinstance(row, dict) or not isinstance(row.get("question"), str):
            raise SettingsError(f'Line {number} of the input must be {{"id": …, "question": "…"}}.')
        yield row.get("id"), row["question"]


def found_document(question_id: object, found: Found) -> dict[str, object]:
    """Return one search as the JSON document of the contract."""
    return {
        "id": question_id,
        "answerable": found.confidence >= ANSWERABLE_FROM,
        "confidence": found.confidence,
        "passages": [
            {
                "document": hit.passage.document,
                "title": hit.passage.title,
                "score": hit.score,
                "text": hit.passage.text,
            }
            for hit in found.hits
        ],
    }


def _search_json(site: Site, parts: SiteParts, most: int, audience: Audience) -> int:
    for question_id, question in read_questions(sys.stdin):
        found = parts.knowledge.search(site, question, most=most, audience=audience)
        print_json(found_document(question_id, found))
    return 0


def _search(site: Site, parts: SiteParts, most: int, audience: Audience) -> int:
    if sys.stdin.isatty():
        say("Type a question and press Enter; Ctrl-D ends.")
    for line in sys.stdin:
        if line.strip():
            print(
                "\n".join(_table(parts.knowledge.search(site, line.strip(), most=most, audience=audience))), flush=True
            )
    return 0


def _table(found: Found) -> Iterator[str]:
    verdict = "answerable" if found.confidence >= ANSWERABLE_FROM else "probably not answerable"
    yield f"confidence {found.confidence:.2f}, {verdict}" if found.hits else "nothing found"
    for hit in found.hits:
        yield f"{hit.score:6.2f}  {hit.passage.title}  ({hit.passage.document})"
        yield f"        {_shorten(hit.passage.text)}"


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_CHARACTERS else f"{line[:SHOWN_CHARACTERS]}…"


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-zA-Z]{2}(?:[-_].*)?", text):
        raise argparse.ArgumentTypeError("must be two letters, such as en or de")
    return text[:2].lower()


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError("must be from 1 to 100")
    return number
