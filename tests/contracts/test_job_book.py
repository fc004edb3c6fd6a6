"""The book of jobs, on every database."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from backend.domain.jobs import Job, JobFile
from backend.domain.site import Site
from backend.store import Store
from tests.contracts.conftest import DATA_KEY


def test_a_job_is_kept_with_what_it_needs(store: Store, site: Site) -> None:
    files = [JobFile("a.md", b"# A"), JobFile("b.pdf", bytes(range(256)))]
    job = store.jobs.add(site.id, "files", "2 files", "ada", {"most": 3}, files)
    kept = store.jobs.job(job.id)
    assert kept is not None
    assert (kept.kind, kept.what, kept.given, kept.by, kept.state) == (
        "files",
        "2 files",
        {"most": 3},
        "ada",
        "waiting",
    )
    assert store.jobs.files(job) == files
    assert store.jobs.job("unknown") is None
    assert store.jobs.unfinished() == [job.id]


def test_one_of_many_begins_a_job(store: Store, site: Site) -> None:
    job = store.jobs.add(site.id, "address", "https://a.example", "ada")
    begun: list[Job | None] = []
    threads = [threading.Thread(target=lambda: begun.append(store.jobs.begin(job.id))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each is not None for each in begun) == 1
    assert store.jobs.unfinished() == []


def test_a_job_tells_how_far_it_is_and_forgets_its_files_at_the_end(store: Store, site: Site) -> None:
    job = store.jobs.add(site.id, "files", "a.md", "ada", files=[JobFile("a.md", b"# A")])
    store.jobs.begin(job.id)
    store.jobs.report(job, 3, 12, "half way")
    (seen,) = store.jobs.jobs([site.id], 5)
    assert (seen.state, seen.done, seen.of, seen.note, seen.is_over) == ("running", 3, 12, "half way", False)
    store.jobs.end(job, "failed", "It cannot be read.")
    (over,) = store.jobs.jobs([site.id], 5)
    assert (over.state, over.note, over.is_over) == ("failed", "It cannot be read.", True)
    assert over.ended_at is not None
    assert store.jobs.files(job) == []
    store.jobs.dismiss(job)
    assert store.jobs.jobs([site.id], 5) == []


def test_a_job_whose_process_died_is_begun_again(store_url: str, store: Store, site: Site) -> None:
    job = store.jobs.add(site.id, "crawl", "https://a.example", "ada")
    store.jobs.begin(job.id)
    assert store.jobs.begin(job.id) is None
    later = Store.open(store_url, DATA_KEY, lambda: datetime.now(UTC) + timedelta(minutes=4))
    assert later.jobs.unfinished() == [job.id]
    assert later.jobs.begin(job.id) is not None
    later.close()


def test_one_that_runs_cannot_be_put_away_and_others_are_not_seen(store: Store, site: Site, other_site: Site) -> None:
    job = store.jobs.add(site.id, "crawl", "https://a.example", "ada")
    store.jobs.dismiss(job)
    assert store.jobs.jobs([site.id], 5) == [store.jobs.job(job.id)]
    assert store.jobs.jobs([other_site.id], 5) == []
    store.sites.remove(site)
    assert store.jobs.job(job.id) is None
