"""Documents, crawls and jobs: in the draft, or with `?live=1` at once; and what lint finds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request

from backend.console.api.callers import access, note, person, site_for
from backend.console.api.shapes import body, job_shape, listing, moment, most_wanted, number_after, page_of
from backend.console.parts import house
from backend.console.uploads import allow_body, read_in_slices
from backend.domain.crawl import Crawl
from backend.domain.errors import InvalidRequest, NotFound, SettingsError
from backend.domain.indexed import Titled
from backend.domain.jobs import Job, JobFile
from backend.domain.site import Site
from backend.http.body import text_of
from backend.services.answer_question import answer_question
from backend.services.crawl_site import tidy_start
from backend.services.lint_site import ask_to_look_over, faults_found, finding_row, has_looked
from backend.services.parts import SiteParts
from backend.services.remove_documents import remove_documents
from backend.services.show_documents import show_document

door = Blueprint("documents", __name__)
MOST_FILES = 1_000
MOST_HOURS = 24 * 365
LINT_WAITED_S = 10.0
LOOKED_EVERY_S = 0.1


@door.get("/sites/<key>/documents")
def show_all(key: str) -> Response:
    site, parts = place(site_for(key, "read"))
    most = most_wanted()
    found = parts.passages.titles(site.id, number_after(), most + 1)
    shown, after = page_of(found, most, lambda each: each.id)
    return listing(list(map(document_shape, shown)), after)


@door.post("/sites/<key>/documents")
def add(key: str) -> tuple[Response, int]:
    live = site_for(key, "edit")
    site, parts = place(live)
    if request.mimetype == "multipart/form-data":
        return take_files(live, site)
    sent = body()
    if url := text_of(sent, "url", most=2_048):
        note("knowledge.address_sent", live, url)
        return accepted(house().jobs.add(site.id, "address", url, person(), {"url": url}))
    question, answer = text_of(sent, "question", most=500).strip(), text_of(sent, "answer", most=100_000).strip()
    if not question or not answer:
        raise InvalidRequest("url, or question and answer: missing; send one of them, or a multipart form with files")
    document = answer_question(site, question, answer, parts)
    note("knowledge.answered", live, document)
    return jsonify(id=document), 201


@door.get("/sites/<key>/documents/<path:document>")
def show(key: str, document: str) -> Response:
    live = site_for(key, "read")
    site, parts = place(live)
    try:
        shown = show_document(site, document, parts, live)
    except SettingsError as missing:
        raise NotFound(str(missing)) from None
    assert shown.titled is not None  # noqa: S101 - it is that of one document
    pieces = [{"heading": each.heading, "text": each.text} for each in shown.passages]
    used = asdict(shown.use)
    return jsonify(**document_shape(shown.titled), text=shown.document.text, pieces=pieces, used=used)


@door.delete("/sites/<key>/documents/<path:document>")
def remove(key: str, document: str) -> tuple[str, int]:
    live = site_for(key, "edit")
    site, parts = place(live)
    try:
        remove_documents(site, [document], parts)
    except SettingsError as missing:
        raise NotFound(str(missing)) from None
    note("knowledge.removed", live, document)
    return "", 204


@door.get("/sites/<key>/crawls")
def crawls(key: str) -> Response:
    live = site_for(key, "read")
    shelf = house().drafts.draft(live).shelf
    found = [(each, where) for where in (shelf, live.id) for each in house().crawls.crawls(where)]
    return listing([crawl_shape(each, is_live=where == live.id) for each, where in found])


@door.post("/sites/<key>/crawls")
def crawl(key: str) -> tuple[Response, int]:
    live = site_for(key, "edit")
    site, _ = place(live)
    sent = body()
    try:
        start = tidy_start(text_of(sent, "start", needed=True, most=2_048))
    except SettingsError as wrong:
        raise InvalidRequest(f"start: {wrong}") from None
    given = {"start": start, **whole_numbers(sent, {"every_hours": MOST_HOURS, "most": 1_000_000})}
    note("knowledge.address_sent", live, start)
    return accepted(house().jobs.add(site.id, "crawl", start, person(), given))


@door.get("/jobs/<job_id>")
def job(job_id: str) -> Response:
    caller, found = access(), house().jobs.job(job_id)
    site_id = _site_of(found) if found else None
    if found is None or site_id is None or caller.role_at(site_id) is None:
        raise NotFound(f"job {job_id[:60]!r}: there is no such job")
    return jsonify(job_shape(found))


@door.get("/sites/<key>/lint")
def lint(key: str) -> Response | tuple[Response, int]:
    """Return what was found in the pages as they are now; a job compares them first where nobody has."""
    live = site_for(key, "read")
    site, parts = place(live)
    if not parts.passages.count(site.id)[0]:
        return listing([])
    if not has_looked(live, site, parts):
        job = ask_to_look_over(live, site, person(), house())
        if not is_soon_over(job):
            return accepted(job)
    found = faults_found(live, site, parts)
    return listing([finding_row(each) for each in found.faults] if found else [])


def is_soon_over(job: Job) -> bool:
    """Wait a little for a job; others have their turn meanwhile."""
    until = time.monotonic() + LINT_WAITED_S
    while time.monotonic() < until:
        now = house().jobs.job(job.id)
        if now is None or now.is_over:
            return True
        time.sleep(LOOKED_EVERY_S)
    return False


def place(live: Site) -> tuple[Site, SiteParts]:
    """Return the site and the parts that a call is about: the draft, or what is live with `?live=1`."""
    if request.args.get("live") == "1":
        return live, house()
    return house().drafts.draft(live).site, house().in_draft


def take_files(live: Site, site: Site) -> tuple[Response, int]:
    allow_body(request, has_files=True)
    files = [each for each in request.files.values() if each.filename]
    if not 1 <= len(files) <= MOST_FILES:
        raise InvalidRequest(f"file: send 1 to {MOST_FILES} files, each as a part with a file name")
    kept = [JobFile(each.filename or "", read_in_slices(each.stream)) for each in files]
    what = kept[0].name if len(kept) == 1 else f"{len(kept)} files"
    note("knowledge.files_sent", live, what)
    return accepted(house().jobs.add(site.id, "files", what, person(), files=kept))


def accepted(job: Job) -> tuple[Response, int]:
    return jsonify(job=job.id), 202


def whole_numbers(sent: Mapping[str, object], wanted: Mapping[str, int]) -> dict[str, object]:
    """Return those of these numbers that were sent; raise InvalidRequest for one that is none, or too large."""
    found: dict[str, object] = {}
    for name, most in wanted.items():
        value = sent.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise InvalidRequest(f"{name}: must be a whole number from 0 to {most}")
        found[name] = value
    return found


def document_shape(titled: Titled) -> dict[str, object]:
    return {
        "id": titled.key,
        "title": titled.title,
        "url": titled.url,
        "source": titled.source,
        "read_at": moment(titled.read_at),
        "passages": titled.passages,
        "marks": list(titled.marks),
        "twin": titled.twin or None,
        "audience": list(titled.audience),
    }


def crawl_shape(crawl: Crawl, *, is_live: bool) -> dict[str, object]:
    return {
        "start": crawl.start,
        "state": crawl.state,
        "note": crawl.note,
        "every_hours": crawl.every_hours,
        "ended_at": moment(crawl.ended_at),
        "live": is_live,
    }


def _site_of(job: Job) -> int | None:
    """Return the id of the site that a job, or the draft that it is for, belongs to; None where it is gone."""
    if house().sites.with_id(job.site_id):
        return job.site_id
    found = house().drafts.on_shelf(job.site_id)
    return found[0] if found else None
