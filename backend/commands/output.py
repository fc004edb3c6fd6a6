"""The output of commands: programs read standard output, people read standard error."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

from backend.domain.crawl import CrawlPage


def say(sentence: str) -> None:
    """Tell a person something, away from what a program reads."""
    print(sentence, file=sys.stderr)


def print_json(row: object) -> None:
    """Print one JSON line, at once."""
    print(json.dumps(row, ensure_ascii=False), flush=True)


def counted(documents: int) -> str:
    return f"{documents} document{'' if documents == 1 else 's'}"


def page_row(page: CrawlPage) -> dict[str, object]:
    """Return a page of a crawl as a program, or a table on a screen, reads it."""
    return {"url": page.url, "state": page.state, "document": page.document, "code": page.code, "why": page.why}


@dataclass(frozen=True, slots=True)
class TerminalProgress:
    """Implements the port `Progress` on a terminal; with `as_json`, each page is a JSON line for a program."""

    as_json: bool = False

    def passages_compared(self, passages: int) -> None:
        say(f"{passages} passages read for their meaning")

    def page_settled(self, page: CrawlPage, settled: int, waiting: int) -> None:
        if self.as_json:
            print_json(page_row(page))
            return
        why = f": {page.why}" if page.why else ""
        say(f"{settled:>5} {page.state:<9} {page.url}{why}  ({waiting} waiting)")
