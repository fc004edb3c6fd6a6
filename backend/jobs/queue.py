"""The queue of jobs (huey): in a SQLite file of its own, or in Redis where several machines share it.

Rules: one job at a time in a process, so that it never takes more than one core from the answers; a job that was cut
off is found again by its crawl's sign of life, not by the queue; what is due is looked up, not remembered.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from huey import RedisHuey, SqliteHuey, crontab  # type: ignore[import-untyped]
from huey.api import Huey  # type: ignore[import-untyped]
from huey.consumer import Consumer  # type: ignore[import-untyped]
from redis import RedisError

from backend.domain.crawl import Crawl
from backend.domain.data_dir import make_private_file
from backend.domain.errors import ChatError

LOOKED_EVERY = "*/5"  # minutes
DEAD_AFTER = timedelta(minutes=5)  # without a sign of life, a crawl was cut off
NAME = "deskbell"
AWAY_S = 2.0
LOOKED_EVERY_S = 1.0

log = structlog.get_logger("jobs")


def open_queue(data_dir: Path, redis_url: str | None) -> Huey:
    """Return the queue; making one opens no connection yet."""
    if redis_url is None:
        make_private_file(data_dir / "jobs.sqlite3")
        return SqliteHuey(NAME, filename=str(data_dir / "jobs.sqlite3"), results=False)
    return RedisHuey(NAME, url=redis_url, results=False)


def find_due(crawls: Sequence[Crawl], now: datetime) -> list[Crawl]:
    """Return the crawls that are to be done now: those whose time has come, and those that were cut off."""
    return [crawl for crawl in crawls if _is_due(crawl, now)]


def run_jobs(
    queue: Huey,
    due: Callable[[], Sequence[Crawl]],
    crawl_again: Callable[[int], None],
    unfinished: Callable[[], Sequence[str]],
    do_job: Callable[[str], None],
    tally: Callable[[], object],
    send_due: Callable[[], object],
) -> None:
    """Do jobs until the process is told to end (SIGTERM, or SIGINT after the job at hand).

    `unfinished` names what staff asked for and nobody has done; each is looked up every few seconds, so that asking
    needs no queue. `tally` counts the turns that have ended since. `send_due` sends what is to go out; a long
    job does not hold it up.
    """

    def look_for_unfinished() -> None:
        for each in unfinished():
            do_job(each)
        tally()

    @queue.task(name="crawl_again")  # type: ignore[untyped-decorator]
    def crawl(crawl_id: int) -> None:
        crawl_again(crawl_id)

    @queue.periodic_task(crontab(minute=LOOKED_EVERY), name="look_for_due")  # type: ignore[untyped-decorator]
    def look_for_due() -> None:
        for each in due():
            crawl(each.id)

    wait_for(queue)
    queue.enqueue(look_for_due.s())  # now, too: what was cut off need not wait
    for look in (look_for_unfinished, send_due):
        threading.Thread(target=keep_looking, args=(look,), daemon=True).start()
    Consumer(queue, workers=1, worker_type="thread", scheduler_interval=1).run()


def keep_looking(look: Callable[[], object], pause: Callable[[float], None] = time.sleep) -> None:
    """Look every second; what is in the way is said once, until it is another thing or has gone."""
    told = ""
    while True:
        try:
            look()
            told = ""
        except ChatError as problem:  # the database is away: it comes back
            if told != str(problem):
                log.warning("jobs.cannot_look", said=str(problem))
            told = str(problem)
        except Exception as broken:  # what broke now may go next time, and others' work does not wait for it
            if told != repr(broken):
                log.error("jobs.look_broke", exc_info=broken)
            told = repr(broken)
        pause(LOOKED_EVERY_S)


def wait_for(queue: Huey) -> None:
    """Wait until the queue can be reached: Redis may start later than we."""
    is_told = False
    while True:
        try:
            queue.storage.queue_size()
            return
        except RedisError as problem:
            if not is_told:
                log.warning("jobs.queue_away", said=str(problem))
            is_told = True
            time.sleep(AWAY_S)


def _is_due(crawl: Crawl, now: datetime) -> bool:
    if crawl.state == "running":
        return crawl.alive_at + DEAD_AFTER <= now
    return crawl.every_hours > 0 and (crawl.ended_at or crawl.alive_at) + timedelta(hours=crawl.every_hours) <= now
