"""What the assistant may answer from: the draft's documents, what is being read, and a question tried against them.

Rules:
1. What is added or taken out stands in the draft; visitors see it when the draft is published.
2. Files and addresses are read by the jobs process: a page is never kept waiting, and what failed says why.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.console.pages import language_of_viewer, page
from backend.console.parts import house, where
from backend.console.toasts import done
from backend.console.uploads import read_in_slices
from backend.console.viewer import at_site, draft_changes, draft_of, viewer
from backend.console.words import say
from backend.console.worth_fixing import faults_of, shown_faults
from backend.domain.audit import Change
from backend.domain.errors import NotFound, SettingsError, TooLarge
from backend.domain.indexed import Titled
from backend.domain.jobs import JobFile
from backend.domain.site import Site
from backend.domain.versions import Draft
from backend.knowledge.index import ADDED
from backend.knowledge.index import Change as PageChange
from backend.services.answer_question import answer_question, is_answer, read_answer
from backend.services.do_job import BRINGS_PAGES
from backend.services.keep_documents import keep_documents
from backend.services.lint_site import ask_to_look_over, faults_found
from backend.services.record_change import by, record_change
from backend.services.remove_documents import remove_documents
from backend.services.show_documents import show_document
from backend.services.try_retrieval import try_retrieval

door = Blueprint("knowledge", __name__)
AT_ONCE = 50
JOBS_SHOWN = 8
MOST_FILES = 1_000


@door.get("/<key>/knowledge")
def show(key: str) -> Response:
    site = at_site(key, "read")
    return list_page(site)


@door.post("/<key>/knowledge/files")
def add_files(key: str) -> Response | ResponseOfWerkzeug:
    site = at_site(key, "edit")
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files:
        return list_page(site, 422, errors={"files": "knowledge.no_file"})
    if len(files) > MOST_FILES:
        raise TooLarge(f"files: {len(files)} at once; send at most {MOST_FILES}, or read the site by its address")
    kept = [JobFile(file.filename or "", read_in_slices(file.stream)) for file in files]
    what = kept[0].name if len(kept) == 1 else f"{len(kept)} files"
    draft = house().drafts.draft(site)
    house().jobs.add(draft.shelf, "files", what, viewer().access.person.email, files=kept)
    note("knowledge.files_sent", site, what)
    done("done.reading", what=what)
    return redirect(f"/console/{key}/knowledge", 303)


@door.post("/<key>/knowledge/address")
def add_address(key: str) -> Response | ResponseOfWerkzeug:
    """Read one page, or a whole site below an address where that was ticked."""
    site = at_site(key, "edit")
    address = request.form.get("url", "").strip()
    if not address:
        return list_page(site, 422, errors={"url": "knowledge.no_address"})
    address = address if "//" in address else f"https://{address}"
    draft, person = house().drafts.draft(site), viewer().access.person.email
    if "whole" in request.form:
        every = request.form.get("every", type=int) or 0
        house().jobs.add(draft.shelf, "crawl", address, person, {"start": address, "every_hours": every})
    else:
        house().jobs.add(draft.shelf, "address", address, person, {"url": address})
    note("knowledge.address_sent", site, address)
    done("done.reading", what=address)
    return redirect(f"/console/{key}/knowledge", 303)


@door.get("/<key>/knowledge/answer")
def new_answer(key: str) -> Response:
    at_site(key, "edit")
    given = {"question": request.args.get("question", ""), "answer": "", "document": ""}
    return page("answer", given=given, errors={})


@door.post("/<key>/knowledge/answer")
def save_answer(key: str) -> Response | ResponseOfWerkzeug:
    site = at_site(key, "edit")
    given = {name: request.form.get(name, "").strip() for name in ("question", "answer", "document")}
    errors = {name: f"answer.no_{name}" for name in ("question", "answer") if not given[name]}
    if errors:
        return page("answer", 422, given=given, errors=errors, has_errors=True)
    draft = house().drafts.draft(site)
    document = answer_question(draft.site, given["question"], given["answer"], house().in_draft, given["document"])
    note("knowledge.answered", site, document)
    done("done.answered")
    return redirect(f"/console/{key}/knowledge", 303)


@door.get("/<key>/knowledge/document")
def show_one(key: str) -> Response:
    site = at_site(key, "read")
    draft = draft_of(site)
    document_key = request.args.get("id", "")
    try:
        shown = show_document(draft.site, document_key, house().in_draft, site)
    except SettingsError:
        raise missing(document_key) from None
    answer = read_answer(shown.document) if is_answer(document_key) else None
    looked = faults_found(site, draft.site, house().in_draft)
    faults = faults_of(document_key, looked.faults if looked else ())
    return page("document", shown=shown, titled=shown.titled, answer=answer, faults=faults)


def missing(document_key: str) -> NotFound:
    return NotFound(say(language_of_viewer(), "knowledge.no_document", document=repr(document_key[:200])))


@door.post("/<key>/knowledge/remove")
def remove(key: str) -> ResponseOfWerkzeug:
    site = at_site(key, "edit")
    draft = house().drafts.draft(site)
    document_key = request.form.get("id", "")
    try:
        title = show_document(draft.site, document_key, house().in_draft).document.title
        is_live = document_key in house().passages.digests(site.id, [document_key])
        remove_documents(draft.site, [document_key], house().in_draft)
    except SettingsError:
        raise missing(document_key) from None
    note("knowledge.removed", site, document_key)
    undo = f"/console/{key}/knowledge/restore" if is_live else ""
    done("done.removed", undo, {"id": document_key}, title=title)
    return redirect(f"/console/{key}/knowledge", 303)


@door.post("/<key>/knowledge/restore")
def restore(key: str) -> ResponseOfWerkzeug:
    """Bring back a live document that the draft leaves out, or has changed."""
    site = at_site(key, "edit")
    document_key = request.form.get("id", "")
    document = house().passages.document(site.id, document_key)
    if document is None:
        raise NotFound(f"id: {document_key[:200]!r} is no live document")
    origin = house().passages.stocked(site.id, [document_key])[document_key].origin
    change = PageChange([document], origins={document_key: origin})
    keep_documents(house().drafts.draft(site).site, change, house().in_draft)
    note("knowledge.restored", site, document_key)
    done("done.brought_back", title=document.title)
    return redirect(f"/console/{key}/knowledge", 303)


@door.post("/<key>/knowledge/lint")
def look_over(key: str) -> ResponseOfWerkzeug:
    """Have the draft's pages compared with each other."""
    site = at_site(key, "edit")
    ask_to_look_over(site, house().drafts.draft(site).site, viewer().access.person.email, house())
    return redirect(f"/console/{key}/knowledge", 303)


@door.post("/<key>/knowledge/jobs/<job_id>/dismiss")
def dismiss(key: str, job_id: str) -> ResponseOfWerkzeug:
    site = at_site(key, "edit")
    job = house().jobs.job(job_id)
    if job and job.site_id in (site.id, house().drafts.draft(site).shelf):
        house().jobs.dismiss(job)
    return redirect(f"/console/{key}/knowledge", 303)


def list_page(site: Site, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    draft = draft_of(site)
    wanted = request.args.get("find", "").strip()
    before = request.args.get("before", type=int)
    passages = house().in_draft.passages
    looked = faults_found(site, draft.site, house().in_draft)
    faults = shown_faults(looked.faults if looked else ())
    doubtful = {each: fault for fault in reversed(faults) for each in (fault.document, fault.other) if each}
    only = "faults" if request.args.get("only") == "faults" and doubtful else ""
    if only:
        found = passages.titles(draft.shelf, before, AT_ONCE + 1, keys=sorted(doubtful))
    else:
        found = titles_found(draft, wanted) if wanted else passages.titles(draft.shelf, before, AT_ONCE + 1)
    documents, pieces = passages.count(draft.shelf)
    jobs = house().jobs.jobs([draft.shelf, site.id], 2 * JOBS_SHOWN)
    question = request.args.get("question", "").strip()
    return page(
        "knowledge",
        status,
        documents=found[:AT_ONCE],
        more=f"?before={found[AT_ONCE - 1].id}{only and '&only=faults'}" if len(found) > AT_ONCE and not wanted else "",
        find=wanted,
        count=documents,
        pieces=pieces,
        only=only,
        faults=faults,
        doubtful=doubtful,
        looked_at=looked.at if looked else None,
        is_looking=any(each.kind == "lint" and not each.is_over for each in jobs),
        jobs=[each for each in jobs if each.kind in BRINGS_PAGES][:JOBS_SHOWN],
        staged=frozenset(each.key for each in draft_changes(site).documents if each.became),
        question=question,
        tried=try_retrieval(site, draft, question, house()) if question else None,
        added=ADDED,
        errors=errors or {},
        has_errors=bool(errors),
    )


def titles_found(draft: Draft, wanted: str) -> list[Titled]:
    """Return the documents that hold these words, the best first."""
    hits = house().in_draft.knowledge.search(draft.site, wanted, most=AT_ONCE).hits
    keys = [hit.passage.document for hit in hits]
    by_key = {each.key: each for each in house().in_draft.passages.titles(draft.shelf, keys=keys)} if keys else {}
    return [by_key[each] for each in keys if each in by_key]


def note(action: str, site: Site, subject: str) -> None:
    record_change(Change(action, subject, site_id=site.id), by(viewer().access, where()), house())
