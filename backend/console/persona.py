"""Who the assistant is: the draft's settings as a form, with the real widget beside it.

Rules:
1. What is typed is kept in the draft a moment later; visitors see it when it is published.
2. Two people at one form: each changes the fields that they touched. Where both touched the same field, the second sees
   what the first wrote, keeps the own words, and decides.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.console.pages import language_of_viewer, page
from backend.console.parts import house, where
from backend.console.persona_form import FIELDS, SECTIONS, field_of, put_in, typed_in, typed_of
from backend.console.tag import tag_of
from backend.console.toasts import done
from backend.console.viewer import at_site, viewer
from backend.console.words import say
from backend.domain.audit import Change
from backend.domain.errors import ChangedMeanwhile, InvalidRequest, InvalidSettings, NotFound
from backend.domain.nesting import is_nested_deeper
from backend.domain.setting_changes import changes_between
from backend.domain.site import Site
from backend.domain.versions import Draft
from backend.services.change_draft import change_draft, discard_draft
from backend.services.check_install import check_install
from backend.services.record_change import by, record_change
from backend.services.weigh_prompt import PromptWeights, weigh_prompt
from backend.services.weigh_second_look import usd_of_second_looks
from backend.sites.as_document import settings_as_document

door = Blueprint("persona", __name__)
TRIES = 5
DISCARDED = "draft.discarded"
MOST_ENTRIES = 2**31
DEEPEST = 8  # brackets in brackets of what stood in the form
LOOKED_BACK = 100  # entries of the record
READY = ("unsure", "numbers", "source")


@door.get("/<key>/persona")
def show(key: str) -> Response:
    site = at_site(key, "read")
    draft = house().drafts.draft(site)
    return form_page(draft, typed_of(settings_as_document(draft.settings)))


@door.post("/<key>/persona")
def save(key: str) -> Response | ResponseOfWerkzeug:
    site = at_site(key, "edit")
    typed, was = typed_in(request.form), _was(request.form)
    if ready := request.form.get("ready"):
        typed["constraints"] = "\n".join(filter(None, (typed["constraints"].strip(), ready_rule(ready))))
    touched = {path: value for path, value in typed.items() if value != was.get(path)}
    for _ in range(TRIES):
        draft = house().drafts.draft(site)
        now = typed_of(settings_as_document(draft.settings))
        theirs = {path: now[path] for path in touched if now[path] not in (was.get(path), touched[path])}
        if theirs and "over" not in request.form:
            return form_page(draft, typed, 412, theirs=theirs, changed_by=who_changed(site, theirs))
        try:
            saved = _keep(site, draft, touched)
        except InvalidSettings as wrong:
            return form_page(draft, typed, 422, errors={field_of(wrong.detail or "") or "name": _plain(wrong)})
        except ChangedMeanwhile:
            continue
        break
    else:
        raise ChangedMeanwhile("the draft is being changed by others all the time; send it again")
    if "keep" in request.form:
        return form_page(saved, typed_of(settings_as_document(saved.settings)), kept=True)
    done("done.kept")
    return redirect(f"/console/{key}/persona", 303)


@door.post("/<key>/draft/discard")
def discard(key: str) -> ResponseOfWerkzeug:
    """Drop the draft; its settings stay in the record, so that one press brings them back, however long they are."""
    site = at_site(key, "edit")
    draft = house().drafts.draft(site)
    is_changed = bool(changes_between(site.settings, draft.settings))
    discard_draft(site, house())
    before = settings_as_document(draft.settings) if is_changed else None
    change = Change(DISCARDED, site.settings.name, before, site_id=site.id)
    entry = record_change(change, by(viewer().access, where()), house())
    if is_changed:
        done("done.discarded", f"/console/{key}/draft/undo", {"entry": str(entry.number)})
    else:
        done("done.discarded")
    return redirect(f"/console/{key}/persona", 303)


@door.post("/<key>/draft/undo")
def undo_discard(key: str) -> ResponseOfWerkzeug:
    """Bring back the settings of a draft that was dropped; raise NotFound where the record has none of this number."""
    site = at_site(key, "edit")
    number = request.form.get("entry", type=int) or 0
    entry = next(iter(house().audit.entries(site.id, number + 1, 1)), None) if 0 < number < MOST_ENTRIES else None
    if entry is None or (entry.number, entry.action) != (number, DISCARDED) or not isinstance(entry.before, dict):
        raise NotFound("entry: there is no dropped draft of this number")
    change_draft(site, entry.before, None, viewer().access.person.email, house())
    return redirect(f"/console/{key}/persona", 303)


def form_page(draft: Draft, typed: Mapping[str, Any], status: int = 200, **values: Any) -> Response:
    """Return the form with what was typed; `theirs` are fields that somebody else has changed meanwhile."""
    site = draft.live
    changed = {change.where for change in changes_between(site.settings, draft.settings)}
    errors: Mapping[str, str] = values.get("errors", {})
    weights = weigh_prompt(draft, house().in_draft)
    return page(
        "persona",
        status,
        sections=SECTIONS,
        typed=typed,
        was=json.dumps(typed_of(settings_as_document(draft.settings)), ensure_ascii=False),
        changed=changed,
        weights=weights,
        notes={"safety.second_look": price_of_second_looks(draft, weights)},
        tag=tag_of(site.key),
        install=check_install(site, house()),
        errors_by_id={FIELDS[path].id: error for path, error in errors.items()},
        **{"errors": errors, "theirs": {}, "changed_by": "", "kept": False, "has_errors": bool(errors), **values},
    )


def price_of_second_looks(draft: Draft, weights: PromptWeights) -> str:
    """Return the sentence beside the switch: what it would cost, or that there is no model to ask."""
    find = house().model_finder
    if find is None:
        return say(language_of_viewer(), "persona.no_second_model")
    usd = usd_of_second_looks(weights, draft.settings.models, find)
    return say(language_of_viewer(), "persona.second_look_costs", usd=f"{usd:.2f}", model=draft.settings.models.fast)


def who_changed(site: Site, paths: Collection[str]) -> str:
    """Return who else has changed one of these settings of the draft last, as far as the record tells."""
    for entry in house().audit.entries(site.id, None, LOOKED_BACK):
        is_meant = entry.action == "draft.changed" and isinstance(entry.after, dict) and entry.after.keys() & set(paths)
        if is_meant and entry.who != viewer().access.person.email:
            return entry.who
    return say(language_of_viewer(), "persona.somebody")


def ready_rule(name: str) -> str:
    """Return one of the rules that are ready to be switched on; raise InvalidRequest for none of them."""
    if name not in READY:
        raise InvalidRequest(f"ready: must be one of {', '.join(READY)}")
    return say(language_of_viewer(), f"ready.{name}")


def _keep(site: Site, draft: Draft, touched: Mapping[str, Any]) -> Draft:
    """Put what was touched into the draft; one that nothing was touched in stays as it is."""
    if not touched:
        return draft
    document = put_in(settings_as_document(draft.settings), touched)
    saved = change_draft(site, document, draft.revision, viewer().access.person.email, house())
    changes = changes_between(draft.settings, saved.settings)
    if changes:
        before = {change.where: change.was for change in changes}
        after = {change.where: change.became for change in changes}
        change = Change("draft.changed", site.settings.name, before, after, site.id)
        record_change(change, by(viewer().access, where()), house())
    return saved


def _was(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what stood in the form when it was loaded."""
    text = form.get("was", "{}")
    try:
        was = {} if is_nested_deeper(text, DEEPEST) else json.loads(text)
    except ValueError:
        return {}
    return {path: value for path, value in was.items() if path in FIELDS} if isinstance(was, dict) else {}


def _plain(wrong: InvalidSettings) -> str:
    return (wrong.detail or "").partition(": ")[2] or str(wrong)
