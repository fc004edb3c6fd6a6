"""The parts of the jobs process: its queue, and what is done when a job is due."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic

from backend.app.parts import House
from backend.jobs.queue import find_due, open_queue, run_jobs
from backend.services.crawl_again import crawl_again
from backend.services.do_job import do_job
from backend.services.find_gaps import keep_gaps
from backend.services.fit_confidence import fit_confidence
from backend.services.join_conversation import leave_idle
from backend.services.judge_rubrics import judge_at_night
from backend.services.look_back import look_back
from backend.services.send_due import send_due
from backend.services.take_mail import take_mail
from backend.services.weekly_mail import mail_weeks

WEEKS_LOOKED_AT_EVERY = timedelta(minutes=15)
TALLIED_AT_ONCE = 2_000  # turns in one transaction
LOOKED_BACK_EVERY_S = 60.0
MAIL_TAKEN_EVERY_S = 60.0
JUDGED_EVERY_S = 900.0
GAPS_LOOKED_AT_EVERY_S = 60.0
FITTED_EVERY_S = 60.0  # where there is something new


class LooksAfterOthers:
    """Sends what is due, takes what visitors answer by mail, lets those leave their conversations who do nothing there,
    and writes the weekly mails."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._weeks_at: datetime | None = None
        self._mail_at = -math.inf

    def __call__(self) -> None:
        send_due(self._house)
        leave_idle(self._house)
        self._maybe_take_mail()
        now = self._house.time()
        if self._weeks_at is None or now - self._weeks_at >= WEEKS_LOOKED_AT_EVERY:
            self._weeks_at = now
            mail_weeks(self._house)

    def _maybe_take_mail(self) -> None:
        if monotonic() >= self._mail_at:
            self._mail_at = monotonic() + MAIL_TAKEN_EVERY_S
            take_mail(self._house)


def do_jobs(house: House) -> None:
    """Do jobs until the process is told to end."""
    fitting = now_and_then(partial(fit_confidence, house), FITTED_EVERY_S, monotonic)
    looking_back = now_and_then(partial(look_back, house), LOOKED_BACK_EVERY_S, monotonic)
    gaps = now_and_then(partial(keep_all_gaps, house), GAPS_LOOKED_AT_EVERY_S, monotonic)
    judging = now_and_then(lambda: judge_at_night(house, house.time()), JUDGED_EVERY_S, monotonic)
    run_jobs(
        open_queue(house.settings.data_dir, house.settings.redis_url),
        lambda: find_due(house.crawls.crawls(), datetime.now(UTC)),
        partial(crawl_again, parts=house),
        lambda: house.jobs.unfinished(),
        partial(do_job, parts=house),
        lambda: (house.numbers.tally(TALLIED_AT_ONCE), looking_back(), fitting(), gaps(), judging()),
        LooksAfterOthers(house),
    )


def keep_all_gaps(house: House) -> None:
    """Put together what the pages of each site did not answer, where something went badly since."""
    for site in house.sites.sites():
        keep_gaps(site, house)


def now_and_then(do: Callable[[], object], every_s: float, now: Callable[[], float]) -> Callable[[], None]:
    """Return a function that does this at the first call, and then no more often than every so many seconds."""
    due = -math.inf

    def maybe() -> None:
        nonlocal due
        if now() >= due:
            due = now() + every_s
            do()

    return maybe
