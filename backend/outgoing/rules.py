"""The table of how what goes out is tried again (`rules.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from backend.domain.outgoing import Tried
from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True, slots=True)
class Rules:
    """How what goes out is tried again; the table explains each."""

    pauses_s: tuple[float, ...]
    lasts_s: float
    taken_for_s: float
    at_once: int
    connect_s: float
    answer_s: float
    answer_bytes: int
    longest_wait_s: float
    off_after_s: float
    mail_s: float

    def next_try(self, created_at: datetime, now: datetime, tries: int, tried: Tried) -> datetime | None:
        """Return when to try again after so many tries; None where it has arrived, or never will."""
        last = created_at + timedelta(seconds=self.lasts_s)
        if tried.has_arrived or not tried.may_pass or now >= last:
            return None
        pause = self.pauses_s[min(tries, len(self.pauses_s)) - 1]
        asked = min(tried.wait_s, self.longest_wait_s)
        return min(now + timedelta(seconds=max(pause, asked)), last)


@cache
def read_rules() -> Rules:
    table = read_toml(TABLE)
    return Rules(**{**table, "pauses_s": tuple(table["pauses_s"])})
