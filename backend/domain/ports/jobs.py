"""The book of jobs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.domain.jobs import Job, JobFile, JobKind, JobState


class JobBook(Protocol):
    """Jobs and the files that they need (implemented by store)."""

    def add(
        self,
        site_id: int,
        kind: JobKind,
        what: str,
        by: str,
        given: dict[str, object] | None = None,
        files: Sequence[JobFile] = (),
    ) -> Job:
        """Keep a job that waits to be done."""

    def job(self, job_id: str) -> Job | None: ...

    def jobs(self, site_ids: Sequence[int], most: int) -> Sequence[Job]:
        """Return the jobs of these sites, the newest first."""

    def files(self, job: Job) -> Sequence[JobFile]:
        """Return the files of a job; none once it is over."""

    def begin(self, job_id: str) -> Job | None:
        """Begin a job that waits, or whose process has died; None where somebody else is at it, or it is over."""

    def report(self, job: Job, done: int, of: int, note: str = "") -> None:
        """Keep how far a job has come; this is its sign of life as well."""

    def end(self, job: Job, state: JobState, note: str) -> None:
        """End a job, and forget its files."""

    def unfinished(self) -> Sequence[str]:
        """Return the ids of jobs that wait, or whose process has died, oldest first."""

    def dismiss(self, job: Job) -> None:
        """Forget a job that is over."""
