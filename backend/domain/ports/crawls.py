"""The book of crawls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.domain.crawl import Crawl, CrawlPage, CrawlState


class CrawlBook(Protocol):
    """The crawls of sites and their pages (implemented by store)."""

    def crawls(self, site_id: int | None = None) -> Sequence[Crawl]:
        """Return the crawls of a site, or of all sites, oldest first."""

    def open(self, site_id: int, start: str, every_hours: int | None) -> Crawl:
        """Return the site's crawl of this start, made where there is none; None leaves its schedule as it is."""

    def begin(self, crawl: Crawl) -> bool:
        """Begin a round, or go on with one that was stopped; False where another process is at it."""

    def keep_alive(self, crawl: Crawl) -> None:
        """Say that the round goes on, so that nobody else begins it."""

    def end(self, crawl: Crawl, state: CrawlState, note: str = "") -> None: ...

    def add_pages(self, crawl: Crawl, pages: Sequence[CrawlPage]) -> None:
        """Add the addresses that are not known yet, to be read in this round."""

    def waiting(self, crawl: Crawl, most: int) -> Sequence[CrawlPage]:
        """Return the next pages to read, nearest to the start first."""

    def keep_pages(self, crawl: Crawl, pages: Sequence[CrawlPage]) -> None:
        """Keep what came of these pages."""

    def pages(self, crawl: Crawl) -> Sequence[CrawlPage]:
        """Return every page, ordered by its address."""

    def remove(self, crawl: Crawl) -> None:
        """Forget the crawl and its pages."""
