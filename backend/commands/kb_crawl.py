"""`kb crawl`, `kb crawls`: a site's pages are read from the web, and read again.

Rules: progress goes to standard error, a line a page; with --json standard output holds JSON lines alone; Ctrl-C stops
after the page at hand, and the same command goes on from there.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter

from backend.commands.site import SiteParts, say, say_filled
from backend.domain.crawl import Crawl, CrawlPage
from backend.domain.errors import SettingsError
from backend.domain.ports import CrawlBook, PassageBook
from backend.domain.site import Site
from backend.knowledge.index import Change, fill_meanings, language_of, put_change
from backend.knowledge.intake import Crawler, Fetcher, NotFetched, Progress, read_rules, tidy_url

COMMANDS = ("crawl", "crawls")


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands about crawls to `kb`."""
    crawl = commands.add_parser(
        "crawl",
        help="read a web site, from a start address or a sitemap.xml",
        description="Reads the pages below an address (https://shop.example/help/ reads what is below /help/), or"
        " those of a sitemap.xml, as robots.txt allows, and puts them into the site's knowledge. Run again, it reads"
        " only what has changed, and takes out what is gone; after Ctrl-C it goes on where it was.",
    )
    crawl.add_argument("start", metavar="ADDRESS")
    crawl.add_argument("--most", type=int, metavar="N", help="stop after so many pages; the next time goes on")
    crawl.add_argument("--every", type=int, metavar="HOURS", help="also read it again every so many hours; 0 never")
    crawl.add_argument("--forget", action="store_true", help="take its documents out, and forget the crawl")
    crawls = commands.add_parser("crawls", help="list a site's crawls, or every page of one and what became of it")
    crawls.add_argument("start", nargs="?", metavar="ADDRESS", help="list the pages of this crawl")
    for parser in (crawl, crawls):
        parser.add_argument("--site", required=True, metavar="KEY", help="the site's key, pk_…; `site list` names all")
        parser.add_argument("--json", action="store_true", help="print JSON lines")


def run(args: argparse.Namespace, site: Site, parts: SiteParts, fetcher: Fetcher) -> int:
    """Run the command; raise SettingsError with one sentence when what was given cannot be used."""
    start = None if args.start is None else _tidy(args.start)
    books = (parts.crawls, parts.passages)
    if args.kb_command == "crawls":
        return _list(site, books[0], start, as_json=args.json)
    assert start is not None  # noqa: S101 - argparse has asked for it
    if args.forget:
        return _forget(site, books, start)
    return _crawl(site, parts, fetcher, start, args)


def page_row(page: CrawlPage) -> dict[str, object]:
    """Return a page as a program, or a table on a screen, reads it."""
    return {"url": page.url, "state": page.state, "document": page.document, "code": page.code, "why": page.why}


def crawl_row(crawl: Crawl, pages: list[CrawlPage]) -> dict[str, object]:
    """Return a crawl with how many of its pages are in each state."""
    return {
        "start": crawl.start,
        "state": crawl.state,
        "note": crawl.note,
        "every_hours": crawl.every_hours,
        "ended_at": crawl.ended_at.isoformat() if crawl.ended_at else None,
        "pages": dict(sorted(Counter(page.state for page in pages).items())),
    }


def _crawl(site: Site, parts: SiteParts, fetcher: Fetcher, start: str, args: argparse.Namespace) -> int:
    books = (parts.crawls, parts.passages)
    if args.most is not None and args.most < 1:
        raise SettingsError(f"--most {args.most}: it must be 1 or more.")
    if args.every is not None and not 0 <= args.every <= 24 * 365:
        raise SettingsError(f"--every {args.every}: it must be from 0 (never) to 8760 hours.")
    crawl = books[0].open(site.id, start, args.every)
    if not books[0].begin(crawl):
        raise SettingsError(f"{start} is being crawled by another process; wait for it, or stop that one.")
    crawler = Crawler(
        books,
        fetcher,
        language_of(site.settings.locale),
        parts.page_screen,
        tell=lambda progress: _tell(progress, as_json=args.json),
    )
    try:
        done = crawler.run(crawl, most=args.most)
    except NotFetched as problem:
        raise SettingsError(f"{start} cannot be crawled: {problem}.") from None
    except KeyboardInterrupt:
        say("Stopped. The same command goes on from here.")
        raise
    fill_meanings(parts.passages, site.id, parts.embedder, say_filled)
    say(f"{done.settled} pages looked at: {done.written} written, {done.removed} taken out. {done.note}".strip())
    pages = books[0].pages(crawl)
    return 0 if any(page.document for page in pages) else 1


def _tell(progress: Progress, *, as_json: bool) -> None:
    page = progress.page
    if as_json:
        print(json.dumps(page_row(page), ensure_ascii=False), flush=True)
        return
    why = f": {page.why}" if page.why else ""
    print(f"{progress.settled:>5} {page.state:<9} {page.url}{why}  ({progress.waiting} waiting)", file=sys.stderr)


def _list(site: Site, book: CrawlBook, start: str | None, *, as_json: bool) -> int:
    crawls = [crawl for crawl in book.crawls(site.id) if start in (None, crawl.start)]
    if start is not None and not crawls:
        raise SettingsError(f"{start} has not been crawled for {site.settings.name}; `kb crawls` lists what has.")
    for crawl in crawls:
        pages = list(book.pages(crawl))
        rows = [crawl_row(crawl, pages)] if start is None else [page_row(page) for page in pages]
        for row in rows:
            print(
                json.dumps(row, ensure_ascii=False)
                if as_json
                else "  ".join(str(value) for value in row.values() if value)
            )
    if not crawls:
        say(f"{site.settings.name} has no crawls yet; `kb crawl` begins one.")
    return 0


def _forget(site: Site, books: tuple[CrawlBook, PassageBook], start: str) -> int:
    """Forget a crawl with the documents that it gave."""
    crawls = [crawl for crawl in books[0].crawls(site.id) if crawl.start == start]
    if not crawls:
        raise SettingsError(f"{start} has not been crawled for {site.settings.name}; `kb crawls` lists what has.")
    stocked = books[1].stocked(site.id)
    gone = sorted(key for key, each in stocked.items() if each.origin.source == start)
    put_change(books[1], site.id, Change(gone=gone), language_of(site.settings.locale))
    books[0].remove(crawls[0])
    say(f"{start} is forgotten; {len(gone)} documents are taken out.")
    return 0


def _tidy(address: str) -> str:
    try:
        return tidy_url(address if "//" in address else f"https://{address}", read_rules())
    except NotFetched as problem:
        raise SettingsError(f"{address}: {problem}; give it as https://shop.example/help/.") from None
