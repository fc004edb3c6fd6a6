"""A job that staff have asked for is done, in a process of its own; what came of it stands in the job.

Rules: a job that fails says why in one sentence and loses nothing; one file that cannot be read does not stop the
others; a job for a draft that was dropped meanwhile ends by itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import structlog

from backend.domain.errors import SettingsError
from backend.domain.jobs import Job, JobFile
from backend.domain.site import Site
from backend.knowledge.intake import Fetcher, is_export, read_rules
from backend.services.add_documents import Added, add_documents
from backend.services.crawl_site import crawl_site
from backend.services.example_questions import ask_questions
from backend.services.import_help_centre import import_help_centre
from backend.services.lint_site import look_over
from backend.services.parts import SiteParts
from backend.services.run_cases import passed, run_cases

log = structlog.get_logger("jobs")
FAILED_UNFORESEEN = "Something went wrong on our side. Nothing was lost; please try again."
AT_ONCE = 10  # files between two reports
BRINGS_PAGES = frozenset({"files", "address", "crawl"})
MOST_BY_ITSELF = 3_000  # documents; more are compared where somebody asks for it


class JobProgress:
    """Implements the port `Progress`: how far a job has come stands in the job."""

    def __init__(self, job: Job, parts: SiteParts) -> None:
        self._job, self._parts = job, parts

    def passages_compared(self, passages: int) -> None: ...

    def page_settled(self, page: object, settled: int, waiting: int) -> None:  # noqa: ARG002
        self._parts.jobs.report(self._job, settled, settled + waiting)


def do_job(job_id: str, parts: SiteParts) -> None:
    """Do a job, unless somebody else is at it or it is over."""
    job = parts.jobs.begin(job_id)
    if job is None:
        return
    place = place_of(job, parts)
    if place is None:
        parts.jobs.end(job, "failed", "The draft was dropped meanwhile.")
        return
    try:
        note = DO[job.kind](job, *place)
    except SettingsError as problem:
        parts.jobs.end(job, "failed", str(problem))
    except Exception as broken:  # the next job must still be done
        log.error("jobs.broke", job=job.id, kind=job.kind, exc_info=broken)
        parts.jobs.end(job, "failed", FAILED_UNFORESEEN)
    else:
        parts.jobs.end(job, "done", note)
        if job.kind in BRINGS_PAGES:
            look_over_by_itself(*place)


def look_over_by_itself(site: Site, parts: SiteParts) -> None:
    """Compare the pages after new ones came in; what goes wrong here takes nothing from the job."""
    try:
        if parts.passages.count(site.id)[0] <= MOST_BY_ITSELF:
            look_over(live_of(site, parts), site, parts)
    except Exception as broken:  # the next job must still be done
        log.error("jobs.broke", kind="lint", site=site.id, exc_info=broken)


def compare_pages(job: Job, site: Site, parts: SiteParts) -> str:  # noqa: ARG001 - as every kind of job is called
    found = look_over(live_of(site, parts), site, parts)
    return f"{len(found)} to look at" if found else ""


def live_of(site: Site, parts: SiteParts) -> Site:
    """Return the published site that a site is, or is the draft of."""
    on_shelf = parts.drafts.on_shelf(site.id)
    live = parts.sites.with_id(on_shelf[0]) if on_shelf else None
    return live or site


def place_of(job: Job, parts: SiteParts) -> tuple[Site, SiteParts] | None:
    """Return the site that a job is for, or its draft with the parts that know drafts; None where it is gone."""
    live = parts.sites.with_id(job.site_id)
    if live is not None:
        return live, parts
    found = parts.drafts.on_shelf(job.site_id)
    below = parts.sites.with_id(found[0]) if found else None
    return (parts.drafts.draft(below).site, parts.in_draft) if below else None


def add_files(job: Job, site: Site, parts: SiteParts) -> str:
    """Read the files that were sent up; return what came of those that were left out."""
    sent = parts.jobs.files(job)
    files = [each for each in sent if not is_export(each.name)]
    added = [row for each in sent if is_export(each.name) for row in bring_in(each, site, parts)]
    with tempfile.TemporaryDirectory(prefix="deskbell-job-") as folder:
        for first in range(0, len(files), AT_ONCE):
            paths = [_put_down(Path(folder), file) for file in files[first : first + AT_ONCE]]
            named = [(path, path.relative_to(folder).as_posix()) for path in paths]
            added += add_documents(site, named, [], parts, Fetcher(read_rules()))
            parts.jobs.report(job, len(added), len(files))
    return told(added)


def bring_in(file: JobFile, site: Site, parts: SiteParts) -> Sequence[Added]:
    """Return what came of an export's articles; a file that is none is left out like any other that cannot be read."""
    try:
        return import_help_centre(site, file.name, file.content, parts).rows
    except SettingsError as wrong:
        return [Added(file.name, "left_out", code="not_an_export", why=str(wrong).removeprefix(f"{file.name}: "))]


def add_address(job: Job, site: Site, parts: SiteParts) -> str:
    added = add_documents(site, [], [str(job.given["url"])], parts, Fetcher(read_rules()))
    parts.jobs.report(job, 1, 1)
    return told(added)


def crawl(job: Job, site: Site, parts: SiteParts) -> str:
    every = job.given.get("every_hours")
    most = job.given.get("most")
    crawled = crawl_site(
        site,
        str(job.given["start"]),
        parts,
        Fetcher(read_rules()),
        most=most if isinstance(most, int) else None,
        every_hours=every if isinstance(every, int) else None,
        progress=JobProgress(job, parts),
    )
    return crawled.done.note


def told(added: Sequence[Added]) -> str:
    """Return why files were left out, one sentence each; raise SettingsError where nothing was added."""
    left_out = [f"{each.id}: {each.why}" for each in added if each.status == "left_out"]
    if left_out and len(left_out) == len(added):
        raise SettingsError("\n".join(left_out))
    return "\n".join(left_out)


def _put_down(folder: Path, file: JobFile) -> Path:
    """Write a file into the folder; its name stays below it, whatever it says."""
    parts = [part for part in PurePosixPath(file.name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    path = folder.joinpath(*parts[-4:]) if parts else folder / "file"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.content)
    return path


def ask_cases(job: Job, site: Site, parts: SiteParts) -> str:
    """Ask every case of the site, of its draft or of what is live, whichever the job is for."""
    live = parts.sites.with_id(int(str(job.given["site"])))
    assert live is not None  # noqa: S101 - its draft, or itself, was just found
    cases = parts.cases.cases(live)
    parts.cases.begin_run(live, job.id, "live" if site.id == live.id else "draft")
    results = run_cases(cases, site, parts, lambda done: parts.jobs.report(job, done, len(cases)))
    parts.cases.end_run(live, job.id, results)
    return f"{passed(results)} of {len(results)} hold"


def ask_examples(job: Job, site: Site, parts: SiteParts) -> str:
    questions = job.given.get("questions")
    wanted = list(map(str, questions)) if isinstance(questions, list) else []
    ask_questions(site, wanted, parts, lambda done: parts.jobs.report(job, done, len(wanted)))
    return ""


DO: Mapping[str, Callable[[Job, Site, SiteParts], str]] = {
    "files": add_files,
    "address": add_address,
    "crawl": crawl,
    "cases": ask_cases,
    "examples": ask_examples,
    "lint": compare_pages,
}
