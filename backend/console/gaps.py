"""What visitors asked and the pages did not answer, worst first, each with a way to mend it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.console.pages import page
from backend.console.parts import house, where
from backend.console.toasts import done
from backend.console.viewer import at_site, viewer
from backend.domain.audit import Change
from backend.domain.cases import Expected
from backend.domain.errors import InvalidRequest, SettingsError
from backend.services.find_gaps import find_gaps
from backend.services.record_change import by, record_change
from backend.services.run_cases import save_case

door = Blueprint("gaps", __name__)
SHOWN = 30


@door.get("/<key>/gaps")
def show(key: str) -> Response:
    site = at_site(key, "read")
    found = find_gaps(site, house(), house().time())
    gaps = found.gaps
    open_ones = [gap for gap in gaps if not gap.is_written]
    hidden = max(0, len(gaps) - SHOWN)
    return page("gaps", gaps=gaps[:SHOWN], open=len(open_ones), hidden=hidden, put_together=found.at)


@door.post("/<key>/gaps/page")
def on_a_page(key: str) -> ResponseOfWerkzeug:
    """Save a question that must rest on a page which is there already."""
    site = at_site(key, "edit")
    question, document = request.form.get("question", "").strip(), request.form.get("document", "").strip()
    shelf = house().drafts.draft(site).shelf
    if not house().in_draft.passages.digests(shelf, [document]):
        raise InvalidRequest(f"document: {document[:200]!r} is no document of this site; Knowledge lists them all")
    try:
        save_case(site, Expected(question, must_cite=(document,)), viewer().access.person.email, house())
    except SettingsError as wrong:
        raise InvalidRequest(str(wrong)) from None
    record_change(Change("case.added", question, site_id=site.id), by(viewer().access, where()), house())
    done("done.case_added")
    return redirect(f"/console/{key}/gaps", 303)
