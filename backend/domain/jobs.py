"""Work that nobody waits for at a page: it is asked for, done in a process of its own, and watched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

JobState = Literal["waiting", "running", "done", "failed"]
JobKind = Literal["files", "address", "crawl", "cases", "examples", "lint"]


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work for a site, or for its draft. `what` names it for people; `given` is what it needs to know.

    `note` says what came of it: empty as long as nothing is to be said.
    """

    id: str
    site_id: int
    kind: JobKind
    what: str
    given: dict[str, object]
    by: str
    state: JobState
    done: int
    of: int
    note: str
    created_at: datetime
    alive_at: datetime
    ended_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "failed")


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file that was sent up for a job."""

    name: str
    content: bytes
