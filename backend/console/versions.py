"""The versions of a site: what differs between two of them, publishing the draft, and one that comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.console.pages import language_of_viewer, page
from backend.console.parts import house, where
from backend.console.proof import want_proof
from backend.console.toasts import done
from backend.console.viewer import at_site, draft_changes, draft_of, viewer
from backend.console.words import say, words_in
from backend.domain.audit import Change
from backend.domain.errors import CaseFailed, InvalidRequest, NotFound
from backend.domain.setting_changes import changes_between
from backend.domain.site import Site
from backend.domain.versions import Publishing
from backend.knowledge.index import compare_texts
from backend.services.check_install import check_install
from backend.services.compare_versions import PageChange, compare_versions
from backend.services.effect_of_version import effect_of_version
from backend.services.publish_draft import publish_draft
from backend.services.record_change import by, record_change
from backend.services.restore_version import restore_version

door = Blueprint("versions", __name__)
AT_ONCE = 20
LONGEST_NOTE = 500
PLACES: Mapping[str, str] = {"models": "models", "limits": "models", "safety": "models", "documents": "pages"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One change for people. `lines` are the changed lines of a text as (same, was or is; words)."""

    place: str
    label: str
    was: object = None
    became: object = None
    lines: Sequence[Sequence[tuple[str, str]]] = field(default_factory=tuple)


@door.get("/<key>/versions")
def show(key: str) -> Response:
    site = at_site(key, "read")
    before = request.args.get("before", type=int)
    versions = house().versions.versions(site, before, AT_ONCE + 1)
    older = f"?before={versions[AT_ONCE - 1].number}" if len(versions) > AT_ONCE else ""
    start, end = chosen(site, request.args)
    return page(
        "versions",
        versions=versions[:AT_ONCE],
        older=older,
        is_older=before is not None,
        changes=shown_changes(site, start, end) if start else [],
        effect=effect_of_version(site, end, house().time(), house().versions, house().numbers) if end else None,
        start=str(start) if start else "",
        end="draft" if end is None else str(end),
    )


@door.get("/<key>/publish")
def ask(key: str) -> Response:
    site = at_site(key, "publish")
    return page("publish", changes=shown_changes(site, site.version, None), told={}, failing=[])


@door.post("/<key>/publish")
def publish(key: str) -> Response | ResponseOfWerkzeug:
    site = at_site(key, "publish")
    want_proof()
    told = {name: request.form.get(name, "").strip()[:LONGEST_NOTE] for name in ("note", "override")}
    try:
        published = publish_draft(site, Publishing(viewer().access.person.email, **told), house())
    except CaseFailed as failed:
        return page(
            "publish",
            failed.status,
            changes=shown_changes(site, site.version, None),
            told=told,
            failing=failed.extra["cases"],
        )
    if published.version != site.version:
        change = Change("version.published", site.settings.name, site.version, published.version, site.id)
        record_change(change, by(viewer().access, where()), house())
        undo = f"/console/{key}/versions/{site.version}/restore"
        done("done.published", undo, number=published.version)
    return redirect(f"/console/{key}/{place_after(site)}", 303)


def place_after(site: Site) -> str:
    """Return the page that follows on publishing: the line for the owner's pages until it was seen on one of them."""
    return "versions" if check_install(site, house()).seen else "start"


@door.post("/<key>/versions/<int:number>/restore")
def restore(key: str, number: int) -> ResponseOfWerkzeug:
    site = at_site(key, "publish")
    want_proof()
    note = say(language_of_viewer(), "versions.as_it_was", number=number)
    restored = restore_version(site, number, Publishing(viewer().access.person.email, note), house())
    change = Change("version.restored", site.settings.name, site.version, restored.version, site.id)
    record_change(change, by(viewer().access, where()), house())
    done("done.restored", f"/console/{key}/versions/{site.version}/restore", number=restored.version)
    return redirect(f"/console/{key}/versions", 303)


def chosen(site: Site, given: Mapping[str, str]) -> tuple[int, int | None]:
    """Return the two versions to be compared, the second None for the draft; by default the last two."""
    end = given.get("to", "draft" if given.get("from") == str(site.version) else str(site.version))
    start = given.get("from", str(site.version - 1 if end != "draft" else site.version))
    try:
        return int(start), None if end == "draft" else int(end)
    except ValueError:
        raise InvalidRequest("from, to: give the numbers of two versions, or `draft` for the second") from None


def shown_changes(site: Site, start: int, end: int | None) -> list[Shown]:
    """Return what differs between two versions, settings first, in words of the viewer's language."""
    compared = compare_versions(draft_of(site), start, end, house(), draft_changes(site))
    if compared is None:
        raise NotFound(f"version {start} or {end}: there is no such version")
    language = language_of_viewer()
    settings = [
        Shown(PLACES.get(each.where.partition(".")[0], "persona"), _label(each.where, language), each.was, each.became)
        for each in changes_between(compared.was, compared.now)
    ]
    pages = [_shown_page(each) for each in compared.pages]
    if compared.more:
        pages.append(Shown("pages", say(language, "versions.more_pages", count=compared.more)))
    return [*settings, *pages]


def _shown_page(change: PageChange) -> Shown:
    if change.was and change.now:
        return Shown("pages", change.now.title, lines=compare_texts(change.was.text, change.now.text))
    title = change.now or change.was
    named = title.title if title else change.key
    return Shown("pages", named, change.was and change.was.title, change.now and change.now.title)


def _label(path: str, language: str) -> str:
    return words_in(language).get(f"setting.{path}", path)
