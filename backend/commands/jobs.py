"""`jobs`: work that no visitor waits for; `serve` starts and ends it, and it may run alone."""

from __future__ import annotations

import argparse
import os
import signal
import threading
import time
from datetime import UTC, datetime

import structlog

from backend.app import House
from backend.jobs.queue import find_due, open_queue, run_jobs
from backend.knowledge.index import fill_meanings, language_of
from backend.knowledge.intake import Crawler, Fetcher, NotFetched, read_rules
from backend.telemetry.logs import set_up_logs

LOOKED_AFTER_S = 1.0

log = structlog.get_logger()


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "jobs",
        help="do the work that no visitor waits for: crawl again what is due",
        description="Runs until it is ended. `serve` starts it and ends it (DESKBELL_JOBS=off: it does not).",
    )
    parser.add_argument("--while-parent", type=int, metavar="PID", help="end when this process is no longer our parent")


def run(arguments: argparse.Namespace, house: House) -> int:
    """Do jobs until told to end."""
    set_up_logs(house.settings.log_level)
    _ = house.embedder  # says now, in one sentence, why it cannot be had
    if arguments.while_parent is not None:
        threading.Thread(target=_end_with, args=(arguments.while_parent,), daemon=True).start()
    run_jobs(
        open_queue(house.settings.data_dir, house.settings.redis_url),
        lambda: find_due(house.crawls.crawls(), datetime.now(UTC)),
        lambda crawl_id: crawl_again(house, crawl_id),
    )
    return 0


def crawl_again(house: House, crawl_id: int) -> None:
    """Do a round of a crawl, or go on with one; a failure is kept with the crawl, where its owner sees it."""
    crawl = next((each for each in house.crawls.crawls() if each.id == crawl_id), None)
    site = house.sites.with_id(crawl.site_id) if crawl else None
    if crawl is None or site is None or not house.crawls.begin(crawl):
        return
    books, language = (house.crawls, house.passages), language_of(site.settings.locale)
    crawler = Crawler(books, Fetcher(read_rules()), language, house.page_screen)
    try:
        done = crawler.run(crawl)
        fill_meanings(house.passages, site.id, house.embedder)
    except NotFetched as problem:
        log.warning("jobs.crawl_failed", site=site.key, crawl=crawl.id, code=problem.code)
    else:
        log.info("jobs.crawled", site=site.key, crawl=crawl.id, pages=done.settled, written=done.written)


def _end_with(parent: int) -> None:
    """End this process when its parent has: a server that was killed cannot tell us."""
    while os.getppid() == parent:
        time.sleep(LOOKED_AFTER_S)
    os.kill(os.getpid(), signal.SIGTERM)
