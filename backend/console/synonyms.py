"""Words that the site's pages and its visitors use for one another; in the draft until it is published."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.console.pages import page
from backend.console.parts import house, where
from backend.console.toasts import done
from backend.console.viewer import at_site, viewer
from backend.domain.audit import Change
from backend.domain.errors import SettingsError
from backend.domain.site import Site
from backend.services.change_synonyms import change_synonyms
from backend.services.record_change import by, record_change

door = Blueprint("synonyms", __name__)


@door.get("/<key>/synonyms")
def show(key: str) -> Response:
    return list_page(at_site(key, "read"))


@door.post("/<key>/synonyms")
def change(key: str) -> Response | ResponseOfWerkzeug:
    site = at_site(key, "edit")
    added, removed = request.form.get("words", "").strip(), request.form.getlist("remove")
    draft = house().drafts.draft(site)
    try:
        change_synonyms(draft.site, [added] if added else [], removed, house().in_draft)
    except SettingsError as wrong:
        return list_page(site, 422, error=plain(wrong), given=added)
    told = Change("synonyms.changed", site.settings.name, removed or None, added or None, site.id)
    record_change(told, by(viewer().access, where()), house())
    if removed:
        done("done.words_out", f"/console/{key}/synonyms", {"words": ", ".join(request.form.getlist("group"))})
    return redirect(f"/console/{key}/synonyms", 303)


def list_page(site: Site, status: int = 200, error: str = "", given: str = "") -> Response:
    groups = house().passages.synonyms(house().drafts.draft(site).shelf)
    return page("synonyms", status, groups=groups, error=error, given=given, has_errors=bool(error))


def plain(wrong: SettingsError) -> str:
    """Return the sentence without the option of the command line that it begins with."""
    return str(wrong).removeprefix("--add ").removeprefix("--add: ").removeprefix("--remove ")
