"""Sites, and the settings of their drafts."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from backend.accounts.permissions import require_everywhere
from backend.console.api.callers import access, note, person, site_for, sites_of_caller
from backend.console.api.shapes import body, listing
from backend.console.parts import house
from backend.domain.errors import ChangedMeanwhile, InvalidRequest
from backend.domain.setting_changes import changes_between
from backend.domain.site import Site
from backend.domain.versions import Draft
from backend.http.body import text_of
from backend.services.change_draft import change_draft, changes_of
from backend.services.list_queue import MOST_COUNTED
from backend.services.make_site import make_site
from backend.sites.as_document import settings_as_document

door = Blueprint("settings", __name__)


@door.get("/sites")
def sites() -> Response:
    return listing([site_shape(site) for site in sites_of_caller()])


@door.post("/sites")
def make() -> tuple[Response, int]:
    require_everywhere(access(), "publish")
    sent = body()
    site = make_site(text_of(sent, "name", needed=True), text_of(sent, "origin", needed=True), person(), house())
    note("site.made", site, site.settings.name, None, {"key": site.key})
    return jsonify(site_shape(site)), 201


@door.get("/sites/<key>/draft")
def show(key: str) -> Response:
    return draft_shape(house().drafts.draft(site_for(key, "read")))


@door.put("/sites/<key>/draft")
def change(key: str) -> Response:
    site = site_for(key, "edit")
    wanted = request.if_match
    if not wanted:
        raise InvalidRequest("If-Match: missing; send the ETag that GET gave")
    draft = house().drafts.draft(site)
    # A proxy that packs answers makes the tag a weak one; the number in it is the same.
    if not wanted.contains_weak(str(draft.revision)):
        raise ChangedMeanwhile(f"If-Match: the draft is at {draft.revision} now; read it again")
    saved = change_draft(site, body(), draft.revision, person(), house())
    if changes := changes_between(draft.settings, saved.settings):
        before = {each.where: each.was for each in changes}
        note("draft.changed", site, site.settings.name, before, {each.where: each.became for each in changes})
    return draft_shape(saved)


def draft_shape(draft: Draft) -> Response:
    response = jsonify(settings_as_document(draft.settings))
    response.set_etag(str(draft.revision))
    return response


def site_shape(site: Site) -> dict[str, object]:
    changes = changes_of(house().drafts.draft(site), house())
    return {
        "key": site.key,
        "name": site.settings.name,
        "origins": list(site.settings.origins),
        "version": site.version,
        "draft_changed": changes.count > 0,
        "open_items": house().items.count_open(site.id, MOST_COUNTED),
    }
