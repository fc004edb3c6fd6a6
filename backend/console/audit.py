"""What happened: the record of changes of a site, and of the house, for people and as it was written."""

from __future__ import annotations

import json
from collections.abc import Sequence

from flask import Blueprint, Response, request

from backend.accounts.permissions import require_everywhere
from backend.console.pages import language_of_viewer, page
from backend.console.parts import house
from backend.console.people import look_from
from backend.console.viewer import at_site, viewer
from backend.console.words import words_in
from backend.domain.audit import HOUSE, Entry
from backend.services.verify_audit import Verified, verify_audit

door = Blueprint("audit", __name__)
AT_ONCE = 50
LONGEST = 400


@door.get("/<key>/audit")
def of_site(key: str) -> Response:
    site = at_site(key, "audit")
    return _page(site.id, f"/console/{key}/audit")


@door.get("/audit")
def of_house() -> Response:
    look_from(request.args.get("site", ""))
    require_everywhere(viewer().access, "audit")
    return _page(None, "/console/audit")


def _page(site_id: int | None, address: str) -> Response:
    before = request.args.get("before", type=int)
    found = house().audit.entries(site_id, before, AT_ONCE + 1)
    return page(
        "audit",
        entries=found[:AT_ONCE],
        older=f"{address}?before={found[AT_ONCE - 1].number}" if len(found) > AT_ONCE else "",
        address=address,
        is_house=site_id is None,
        verified=_verified(site_id or HOUSE) if "verify" in request.args else None,
        in_words=in_words,
        action=_action,
        marks=_marks(found[:AT_ONCE]),
    )


def _verified(chain: int) -> Verified:
    return verify_audit(house(), chain=chain)[0]


def _action(name: str) -> str:
    """Return what was done in words; one that the table does not have by its own name."""
    return words_in(language_of_viewer()).get(f"happened.{name}", name)


def _marks(entries: Sequence[Entry]) -> dict[int, str]:
    """Return the beginning of each row's hash, as people compare it."""
    return {entry.number: f"{entry.hash[:4]} {entry.hash[4:8]}" for entry in entries}


def in_words(value: object) -> str:
    """Return what stood before or after a change in one line, cut where it is long."""
    if isinstance(value, dict):
        text = ", ".join(f"{key}: {_plain(each)}" for key, each in value.items())
    else:
        text = _plain(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
