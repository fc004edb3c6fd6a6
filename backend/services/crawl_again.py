"""A crawl that is due, or was cut off, is done by the jobs process."""

from __future__ import annotations

import structlog

from backend.knowledge.intake import Fetcher, NotFetched, read_rules
from backend.services.crawl_site import do_round
from backend.services.parts import SiteParts

log = structlog.get_logger()


def crawl_again(crawl_id: int, parts: SiteParts) -> None:
    """Do a round of a crawl, or go on with one; a failure is kept with the crawl, where its owner sees it."""
    crawl = next((each for each in parts.crawls.crawls() if each.id == crawl_id), None)
    site = parts.sites.with_id(crawl.site_id) if crawl else None
    if crawl is None or site is None or not parts.crawls.begin(crawl):
        return
    try:
        done = do_round(site, crawl, parts, Fetcher(read_rules()))
    except NotFetched as problem:
        log.warning("jobs.crawl_failed", site=site.key, crawl=crawl.id, code=problem.code)
    else:
        log.info("jobs.crawled", site=site.key, crawl=crawl.id, pages=done.settled, written=done.written)
