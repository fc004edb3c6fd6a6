"""A web site is read page by page, again when it is due, and forgotten with its documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.domain.crawl import Crawl, CrawlPage
from backend.domain.errors import SettingsError
from backend.domain.ports import Progress
from backend.domain.site import Site
from backend.domain.versions import Publishing
from backend.knowledge.index import Change, language_of
from backend.knowledge.intake import Crawler, Fetcher, NotFetched, Round, read_rules, tidy_url
from backend.services.keep_documents import compare_by_meaning, keep_documents, name_version
from backend.services.parts import UNHEARD, SiteParts

MOST_HOURS = 24 * 365


@dataclass(frozen=True, slots=True)
class Crawled:
    """The result of a round, and every page of the crawl."""

    done: Round
    pages: Sequence[CrawlPage]


def crawl_site(
    site: Site,
    start: str,
    parts: SiteParts,
    fetcher: Fetcher,
    *,
    most: int | None = None,
    every_hours: int | None = None,
    progress: Progress = UNHEARD,
) -> Crawled:
    """Do a round of the crawl from this address, or go on with one; raise SettingsError where it cannot be done.

    `most` bounds the round's pages; `every_hours` sets how often it is done again (0 never, None leaves it).
    """
    crawl = open_crawl(site, start, parts, most=most, every_hours=every_hours)
    if not parts.crawls.begin(crawl):
        raise SettingsError(f"{start} is being crawled by another process; wait for it, or stop that one.")
    try:
        done = do_round(site, crawl, parts, fetcher, most=most, progress=progress)
    except NotFetched as problem:
        raise SettingsError(f"{start} cannot be crawled: {problem}.") from None
    return Crawled(done, parts.crawls.pages(crawl))


def open_crawl(
    site: Site, start: str, parts: SiteParts, *, most: int | None = None, every_hours: int | None = None
) -> Crawl:
    """Return the site's crawl from this address, made where there is none; raise SettingsError for what cannot be."""
    if most is not None and most < 1:
        raise SettingsError(f"--most {most}: it must be 1 or more.")
    if every_hours is not None and not 0 <= every_hours <= MOST_HOURS:
        raise SettingsError(f"--every {every_hours}: it must be from 0 (never) to {MOST_HOURS} hours.")
    return parts.crawls.open(site.id, start, every_hours)


def do_round(
    site: Site,
    crawl: Crawl,
    parts: SiteParts,
    fetcher: Fetcher,
    *,
    most: int | None = None,
    progress: Progress = UNHEARD,
) -> Round:
    """Do one round of a crawl that has begun; raise NotFetched where not even its start can be read."""
    books, language = (parts.crawls, parts.passages), language_of(site.settings.locale)
    done = Crawler(books, fetcher, language, parts.page_screen, tell=progress.page_settled).run(crawl, most=most)
    name_version(site, parts, Publishing(by="crawl", note=f"crawl of {crawl.start}"))
    compare_by_meaning(site, parts, progress)
    return done


def find_crawls(site: Site, start: str | None, parts: SiteParts) -> list[Crawl]:
    """Return the site's crawls, or the one from this address; raise SettingsError where there is none from it."""
    crawls = [crawl for crawl in parts.crawls.crawls(site.id) if start in (None, crawl.start)]
    if start is not None and not crawls:
        raise SettingsError(f"{start} has not been crawled for {site.settings.name}; `kb crawls` lists what has.")
    return crawls


def forget_crawl(site: Site, start: str, parts: SiteParts) -> int:
    """Forget a crawl with the documents that it gave; return how many."""
    crawl = find_crawls(site, start, parts)[0]
    stocked = parts.passages.stocked(site.id)
    gone = sorted(key for key, each in stocked.items() if each.origin.source == start)
    keep_documents(site, Change(gone=gone), parts)
    parts.crawls.remove(crawl)
    return len(gone)


def tidy_start(address: str) -> str:
    """Return the address at which a crawl begins, in its one spelling; raise SettingsError for what is none."""
    if "//" not in address and "." not in address.partition("/")[0]:
        raise SettingsError(f"{address}: is no address; give it as https://shop.example/help/.")
    try:
        return tidy_url(address if "//" in address else f"https://{address}", read_rules())
    except NotFetched as problem:
        raise SettingsError(f"{address}: {problem}; give it as https://shop.example/help/.") from None
