"""Jobs and the files that they need.

Rules: one process at a time is at a job, told by a sign of life that it renews; a job whose process died is begun
again; files go when the job is over.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, or_, select, update

from backend.domain.jobs import Job, JobFile, JobKind, JobState
from backend.store import tables
from backend.store.database import Database

DEAD_AFTER = timedelta(minutes=3)  # without a sign of life


class StoredJobs:
    """Implements JobBook."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def add(
        self,
        site_id: int,
        kind: JobKind,
        what: str,
        by: str,
        given: dict[str, object] | None = None,
        files: Sequence[JobFile] = (),
    ) -> Job:
        now = self._now()
        job = Job(secrets.token_hex(12), site_id, kind, what, given or {}, by, "waiting", 0, 0, "", now, now, None)
        row = {
            "id": job.id,
            "site_id": site_id,
            "kind": kind,
            "what": what,
            "given": job.given,
            "made_by": by,
            "state": "waiting",
            "done": 0,
            "total": 0,
            "note": "",
            "created_at": now,
            "alive_at": now,
        }
        with self._database.writing() as connection:
            connection.execute(tables.job.insert().values(row))
            for number, file in enumerate(files):
                connection.execute(
                    tables.job_file.insert().values(
                        job_id=job.id, position=number, site_id=site_id, name=file.name, content=file.content
                    )
                )
        return job

    def job(self, job_id: str) -> Job | None:
        with self._database.reading() as connection:
            row = connection.execute(select(tables.job).where(tables.job.c.id == job_id)).one_or_none()
        return _job(row) if row else None

    def jobs(self, site_ids: Sequence[int], most: int) -> Sequence[Job]:
        job = tables.job
        wanted = select(job).where(job.c.site_id.in_(site_ids)).order_by(job.c.created_at.desc(), job.c.id).limit(most)
        with self._database.reading() as connection:
            return list(map(_job, connection.execute(wanted)))

    def files(self, job: Job) -> Sequence[JobFile]:
        file = tables.job_file
        wanted = select(file.c.name, file.c.content).where(file.c.job_id == job.id).order_by(file.c.position)
        with self._database.reading() as connection:
            return [JobFile(row.name, bytes(row.content)) for row in connection.execute(wanted)]

    def begin(self, job_id: str) -> Job | None:
        job, now = tables.job, self._now()
        taking = update(job).where(job.c.id == job_id, self._is_free(now)).values(state="running", alive_at=now)
        with self._database.writing() as connection:
            if connection.execute(taking).rowcount != 1:
                return None
            return _job(connection.execute(select(job).where(job.c.id == job_id)).one())

    def report(self, job: Job, done: int, of: int, note: str = "") -> None:
        row = tables.job
        reporting = update(row).where(row.c.id == job.id, row.c.state == "running")
        with self._database.writing() as connection:
            connection.execute(reporting.values(done=done, total=of, note=note, alive_at=self._now()))

    def end(self, job: Job, state: JobState, note: str) -> None:
        row, now = tables.job, self._now()
        with self._database.writing() as connection:
            ending = update(row).where(row.c.id == job.id)
            connection.execute(ending.values(state=state, note=note, alive_at=now, ended_at=now))
            connection.execute(delete(tables.job_file).where(tables.job_file.c.job_id == job.id))

    def unfinished(self) -> Sequence[str]:
        wanted = select(tables.job.c.id).where(self._is_free(self._now())).order_by(tables.job.c.created_at)
        with self._database.reading() as connection:
            return list(connection.execute(wanted).scalars())

    def dismiss(self, job: Job) -> None:
        row = tables.job
        with self._database.writing() as connection:
            connection.execute(delete(row).where(row.c.id == job.id, row.c.state.in_(("done", "failed"))))

    def _is_free(self, now: datetime) -> Any:
        job = tables.job
        return or_(job.c.state == "waiting", (job.c.state == "running") & (job.c.alive_at < now - DEAD_AFTER))


def _job(row: Row[Any]) -> Job:
    return Job(
        row.id,
        row.site_id,
        row.kind,
        row.what,
        dict(row.given),
        row.made_by,
        row.state,
        row.done,
        row.total,
        row.note,
        row.created_at,
        row.alive_at,
        row.ended_at,
    )
