"""`kb crawl`, `kb crawls`: a site's pages are read from the web, and read again.

Rules: progress goes to standard error, a line a page; with --json standard output holds JSON lines alone; Ctrl-C stops
after the page at hand, and the same command goes on from there.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence

from backend.app import House
from backend.commands.output import TerminalProgress, page_row, print_json, say
from backend.commands.recording import record
from backend.domain.crawl import Crawl, CrawlPage
from backend.domain.site import Site
from backend.knowledge.intake import Fetcher
from backend.services.crawl_site import crawl_site, find_crawls, forget_crawl, tidy_start
from backend.services.parts import SiteParts

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


def run(args: argparse.Namespace, site: Site, parts: House, fetcher: Fetcher) -> int:
    """Run the command; raise SettingsError with one sentence when what was given cannot be used."""
    start = None if args.start is None else tidy_start(args.start)
    if args.kb_command == "crawls":
        return _list(site, parts, start, as_json=args.json)
    assert start is not None  # noqa: S101 - argparse has asked for it
    if args.forget:
        record("knowledge.removed", site, parts, subject=start)
        say(f"{start} is forgotten; {forget_crawl(site, start, parts)} documents are taken out.")
        return 0
    record("knowledge.address_sent", site, parts, subject=start)
    return _crawl(site, parts, fetcher, start, args)


def crawl_row(crawl: Crawl, pages: Sequence[CrawlPage]) -> dict[str, object]:
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
    progress = TerminalProgress(args.json)
    try:
        crawled = crawl_site(site, start, parts, fetcher, most=args.most, every_hours=args.every, progress=progress)
    except KeyboardInterrupt:
        say("Stopped. The same command goes on from here.")
        raise
    done = crawled.done
    say(f"{done.settled} pages looked at: {done.written} written, {done.removed} taken out. {done.note}".strip())
    return 0 if any(page.document for page in crawled.pages) else 1


def _list(site: Site, parts: SiteParts, start: str | None, *, as_json: bool) -> int:
    crawls = find_crawls(site, start, parts)
    for crawl in crawls:
        pages = parts.crawls.pages(crawl)
        for row in [crawl_row(crawl, pages)] if start is None else map(page_row, pages):
            if as_json:
                print_json(row)
            else:
                print("  ".join(str(value) for value in row.values() if value))
    if not crawls:
        say(f"{site.settings.name} has no crawls yet; `kb crawl` begins one.")
    return 0
