"""Pages come in by file, by address and by hand; they stand in the draft, and answer visitors once it is published."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from backend.domain.site import Site
from tests.api.client import Visitor, document_of
from tests.console.staff import Member, Staff

RETURNS = b"# Returns\n\nYou may return anything within 60 days, clean and dry."
JOB_S = 60.0


def wait_for_jobs(staff: Staff, site: Site) -> list[tuple[str, str]]:
    """Wait until every job of the draft is over; return each one's state and note, the newest first."""
    shelf = staff.house.drafts.draft(site).shelf
    deadline = time.monotonic() + JOB_S
    while time.monotonic() < deadline:
        jobs = staff.house.jobs.jobs([shelf], 10)
        if jobs and all(job.is_over for job in jobs):
            return [(job.state, job.note) for job in jobs]
        time.sleep(0.1)
    raise AssertionError("the jobs did not end")


def upload(owner: Member, site: Site, *files: tuple[str, bytes]) -> int:
    sent = [("files", (name, content, "application/octet-stream")) for name, content in files]
    answer = owner.http.post(f"/console/{site.key}/knowledge/files", data={"csrf": owner.token}, files=sent)
    return answer.status_code


def test_a_file_is_read_staged_published_and_answers_a_visitor(staff: Staff, site: Site, owner: Member) -> None:
    assert upload(owner, site, ("returns.md", RETURNS)) == 303
    assert wait_for_jobs(staff, site) == [("done", "")]
    page = owner.get(f"{site.key}/knowledge").text
    assert "Returns" in page
    assert "In the draft" in page
    assert staff.house.passages.count(site.id) == (0, 0)

    assert owner.post(f"{site.key}/publish", {"note": "Longer returns"}).status_code == 303
    live = staff.live(site)
    assert live.version == 2
    asked = Visitor(staff.server.url, site.key).ask("How long may I return something?")
    assert "60 days" in document_of(asked)["message"]


def test_many_files_at_once_and_one_that_cannot_be_read(staff: Staff, site: Site, owner: Member) -> None:
    files = [(f"help/page-{number}.md", f"# Page {number}\n\nText {number}.".encode()) for number in range(12)]
    assert upload(owner, site, *files, ("old.xls", b"\xd0\xcf\x11\xe0 nothing of ours")) == 303
    ((state, note),) = wait_for_jobs(staff, site)
    assert (state, note.partition(":")[0]) == ("done", "old.xls")
    draft = staff.house.drafts.draft(site)
    keys = {each.key for each in staff.house.in_draft.passages.titles(draft.shelf)}
    assert keys == {name for name, _ in files}
    shown = owner.get(f"{site.key}/knowledge").text
    assert "old.xls" in shown


def test_a_file_alone_that_cannot_be_read_is_a_failed_job_that_can_be_put_away(
    staff: Staff, site: Site, owner: Member
) -> None:
    upload(owner, site, ("old.xls", b"\xd0\xcf\x11\xe0 nothing of ours"))
    ((state, note),) = wait_for_jobs(staff, site)
    assert (state, note.startswith("old.xls: ")) == ("failed", True)
    shelf = staff.house.drafts.draft(site).shelf
    job = staff.house.jobs.jobs([shelf], 1)[0]
    owner.post(f"{site.key}/knowledge/jobs/{job.id}/dismiss")
    assert staff.house.jobs.jobs([shelf], 1) == []


def test_names_of_files_stay_below_their_folder(staff: Staff, site: Site, owner: Member) -> None:
    upload(owner, site, ("../../../../etc/returns.md", RETURNS))
    assert wait_for_jobs(staff, site)[0][0] == "done"
    draft = staff.house.drafts.draft(site)
    assert [each.key for each in staff.house.in_draft.passages.titles(draft.shelf)] == ["etc/returns.md"]


def test_a_large_file_comes_up_whole_and_keeps_nobody_waiting(staff: Staff, site: Site, owner: Member) -> None:
    large = b"# Large\n\n" + b"A page that says the same for ever. " * 40_000
    assert len(large) > 1_400_000
    assert upload(owner, site, ("large.txt", large)) == 303
    shelf = staff.house.drafts.draft(site).shelf
    wait_for_jobs(staff, site)
    assert staff.house.in_draft.passages.count(shelf)[0] == 1
    too_large = owner.http.post(f"/console/{site.key}/persona", data={"csrf": owner.token, "persona": "x" * 1_100_000})
    assert too_large.status_code == 413


def test_no_file_is_said_beside_the_form(site: Site, owner: Member) -> None:
    assert upload(owner, site) == 422
    assert owner.post(f"{site.key}/knowledge/address", {"url": " "}).status_code == 422


@contextmanager
def web_page(text: bytes) -> Iterator[str]:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/help" else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(text if self.path == "/help" else b"")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/help"
    finally:
        server.shutdown()
        server.server_close()


def test_an_address_inside_our_network_is_refused_in_a_sentence(staff: Staff, site: Site, owner: Member) -> None:
    with web_page(b"<h1>Secret</h1>") as address:
        assert owner.post(f"{site.key}/knowledge/address", {"url": address}).status_code == 303
        ((state, note),) = wait_for_jobs(staff, site)
    assert state == "failed"
    assert address in note


def test_an_answer_is_written_changed_in_place_and_taken_out(staff: Staff, site: Site, owner: Member) -> None:
    page = f"{site.key}/knowledge/answer"
    assert owner.post(page, {"question": "Do you ship to Norway?", "answer": ""}).status_code == 422
    assert owner.post(page, {"question": "Do you ship to Norway?", "answer": "Yes, in 5 days."}).status_code == 303
    shelf = staff.house.drafts.draft(site).shelf
    (written,) = staff.house.in_draft.passages.titles(shelf)
    assert written.title == "Do you ship to Norway?"
    shown = owner.get(f"{site.key}/knowledge/document?id={written.key}").text
    assert "Yes, in 5 days." in shown
    changed = {"question": "Do you ship to Norway?", "answer": "Yes, in 3 days.", "document": written.key}
    owner.post(page, changed)
    (again,) = staff.house.in_draft.passages.titles(shelf)
    assert again.key == written.key
    assert "3 days" in staff.house.in_draft.passages.passages_of(shelf, written.key)[0].text
    assert owner.post(f"{site.key}/knowledge/remove", {"id": written.key}).status_code == 303
    assert staff.house.in_draft.passages.titles(shelf) == []
    assert owner.post(f"{site.key}/knowledge/remove", {"id": written.key}).status_code == 404


def test_a_live_page_is_taken_out_and_brought_back(staff: Staff, site: Site, owner: Member) -> None:
    upload(owner, site, ("returns.md", RETURNS))
    wait_for_jobs(staff, site)
    owner.post(f"{site.key}/publish")
    taken = owner.post(f"{site.key}/knowledge/remove", {"id": "returns.md"}, follow_redirects=True)
    assert "Returns is taken out of the draft." in taken.text
    assert f'action="/console/{site.key}/knowledge/restore"' in taken.text
    draft = staff.house.drafts.draft(site)
    assert staff.house.in_draft.passages.count(draft.shelf) == (0, 0)
    owner.post(f"{site.key}/knowledge/restore", {"id": "returns.md"})
    assert staff.house.in_draft.passages.count(draft.shelf) == (1, 1)
    assert "The draft is as what is live" in owner.get(f"{site.key}/knowledge").text


def test_a_question_is_tried_on_the_draft_beside_what_is_live(staff: Staff, site: Site, owner: Member) -> None:
    upload(owner, site, ("returns.md", RETURNS))
    wait_for_jobs(staff, site)
    tried = owner.get(f"{site.key}/knowledge?question=return+something").text
    assert "60 days" in tried
    assert "In the draft" in tried
    assert "Nothing was found." in tried


def test_documents_are_found_by_their_words(staff: Staff, site: Site, owner: Member) -> None:
    upload(owner, site, ("returns.md", RETURNS), ("rentals.md", b"# Rentals\n\nBicycles for the weekend."))
    wait_for_jobs(staff, site)
    found = owner.get(f"{site.key}/knowledge?find=bicycles").text
    assert "Rentals" in found
    assert ">Returns<" not in found
    assert "No document fits" in owner.get(f"{site.key}/knowledge?find=zeppelin").text


def test_a_document_that_was_taken_out_is_missed_in_words_of_the_console(
    staff: Staff, site: Site, owner: Member
) -> None:
    missing = owner.get(f"{site.key}/knowledge/document?id=old.md")
    assert missing.status_code == 404
    assert "There is no document &#39;old.md&#39; in this draft." in missing.text
    assert "kb list" not in missing.text
