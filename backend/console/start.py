"""The first page of a site, the list of sites, and a new one."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.accounts.permissions import may_everywhere, require_everywhere
from backend.console.pages import page
from backend.console.parts import house, where
from backend.console.tag import tag_of
from backend.console.toasts import done
from backend.console.viewer import at_site, draft_of, sites, viewer
from backend.domain.audit import Change
from backend.domain.errors import InvalidSettings
from backend.services.check_install import check_install
from backend.services.example_questions import remove_questions
from backend.services.make_site import make_site
from backend.services.record_change import by, record_change

door = Blueprint("start", __name__)


@door.get("/")
def front() -> ResponseOfWerkzeug:
    """Lead to the site, to the list where there are several, or to making the first one."""
    found = sites()
    if len(found) == 1:
        return redirect(f"/console/{found[0].key}/start", 303)
    is_first = not found and may_everywhere(viewer().access, "publish")
    return redirect("/console/sites/new" if is_first else "/console/sites", 303)


@door.get("/sites")
def all_sites() -> Response:
    return page("sites", sites=sites(), may_make=may_everywhere(viewer().access, "publish"))


@door.get("/sites/new")
def new_site() -> Response:
    require_everywhere(viewer().access, "publish")
    return page("new-site", given={}, errors={})


@door.post("/sites/new")
def make() -> Response | ResponseOfWerkzeug:
    require_everywhere(viewer().access, "publish")
    given = {name: request.form.get(name, "").strip() for name in ("name", "origin")}
    try:
        site = make_site(given["name"], given["origin"], viewer().access.person.email, house())
    except InvalidSettings as wrong:
        field = "name" if "name" in (wrong.detail or "").partition(" must")[0] else "origin"
        return page("new-site", 422, given=given, errors={field: wrong.detail}, has_errors=True)
    record_change(
        Change("site.made", given["name"], None, {"key": site.key}, site.id), by(viewer().access, where()), house()
    )
    done("done.site_made", name=given["name"])
    return redirect(f"/console/{site.key}/start", 303)


@door.get("/<key>/start")
def start(key: str) -> Response:
    site = at_site(key, "read")
    draft = draft_of(site)
    pages, _ = house().in_draft.passages.count(draft.shelf)
    install = check_install(site, house())
    steps = {
        "persona": bool(draft.settings.persona or draft.settings.greeting),
        "knowledge": pages > 0,
        "tag": bool(install.seen),
    }
    return page(
        "start",
        steps=steps,
        next=next((name for name, is_done in steps.items() if not is_done), ""),
        pages=pages,
        tag=tag_of(key),
        install=install,
        examples=len(house().book.example_conversations(site)),
    )


@door.post("/<key>/examples/remove")
def remove_examples(key: str) -> ResponseOfWerkzeug:
    """Take away the conversations in which the example's questions were asked."""
    site = at_site(key, "publish")
    count = remove_questions(site, house())
    record_change(Change("examples.removed", str(count), None, None, site.id), by(viewer().access, where()), house())
    done("done.examples_removed", count=count)
    return redirect(f"/console/{key}/start", 303)


@door.get("/<key>/more")
def more(key: str) -> Response:
    """What a phone's five tabs have no room for."""
    at_site(key, "read")
    return page("more")


@door.get("/keys")
def keys() -> Response:
    viewer()
    return page("keys")
