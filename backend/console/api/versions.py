"""Versions: listed with what they changed, published, brought back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, jsonify

from backend.console.api.callers import note, person, site_for
from backend.console.api.shapes import body, listing, moment, most_wanted, number_after, page_of
from backend.console.parts import house
from backend.domain.errors import NotFound
from backend.domain.setting_changes import changes_between
from backend.domain.site import Site
from backend.domain.versions import Publishing, Version
from backend.http.body import text_of
from backend.services.publish_draft import publish_draft
from backend.services.restore_version import restore_version
from backend.sites.as_document import settings_as_document

door = Blueprint("versions", __name__)
LONGEST_NOTE = 500


@door.get("/sites/<key>/versions")
def show_all(key: str) -> Response:
    site, most = site_for(key, "read"), most_wanted()
    found = house().versions.versions(site, number_after(), most + 1)
    shown, after = page_of(found, most, lambda each: each.number)
    before = {each.number: each for each in found}
    return listing([version_shape(site, each, before.get(each.number - 1)) for each in shown], after)


@door.get("/sites/<key>/versions/<int:number>")
def show(key: str, number: int) -> Response:
    site = site_for(key, "read")
    version = house().versions.version(site, number)
    if version is None:
        raise NotFound(f"version {number}: there is no such version")
    before = house().versions.version(site, number - 1)
    return jsonify(**version_shape(site, version, before), settings=settings_as_document(version.settings))


@door.post("/sites/<key>/publish")
def publish(key: str) -> tuple[Response, int]:
    site = site_for(key, "publish")
    sent = body()
    told = {name: text_of(sent, name, most=LONGEST_NOTE) for name in ("note", "override")}
    published = publish_draft(site, Publishing(person(), **told), house())
    if published.version != site.version:
        note("version.published", site, site.settings.name, site.version, published.version)
    return jsonify(number=published.version), 201


@door.post("/sites/<key>/versions/<int:number>/restore")
def restore(key: str, number: int) -> tuple[Response, int]:
    site = site_for(key, "publish")
    told = text_of(body(), "note", most=LONGEST_NOTE) or f"As version {number}"
    restored = restore_version(site, number, Publishing(person(), told), house())
    note("version.restored", site, site.settings.name, site.version, restored.version)
    return jsonify(number=restored.version), 201


def version_shape(site: Site, version: Version, before: Version | None) -> dict[str, object]:
    return {
        "number": version.number,
        "by": version.by,
        "at": moment(version.at),
        "note": version.note,
        **({"override": version.override} if version.override else {}),
        "changes": [*setting_rows(version, before), *document_rows(site, version.number)],
    }


def setting_rows(version: Version, before: Version | None) -> Sequence[dict[str, object]]:
    if before is None:
        return []
    changes = changes_between(before.settings, version.settings)
    return [{"where": each.where, "was": each.was, "is": each.became} for each in changes]


def document_rows(site: Site, number: int) -> Sequence[dict[str, object]]:
    """Return the documents that a version changed: by digest, None where there was none."""
    return [
        {"where": f"documents/{each.key}", "was": each.was or None, "is": each.became or None}
        for each in house().versions.document_changes(site, number)
    ]
