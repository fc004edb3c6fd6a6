"""The record of changes: who, when, from where, before and after; each row with the hash of the one before."""

from __future__ import annotations

from flask import Blueprint, Response

from backend.console.api.callers import site_for
from backend.console.api.shapes import listing, most_wanted, number_after, page_of
from backend.console.parts import house
from backend.domain.audit import Entry

door = Blueprint("audit", __name__)


@door.get("/sites/<key>/audit")
def show(key: str) -> Response:
    site, most = site_for(key, "audit"), most_wanted()
    found = house().audit.entries(site.id, number_after(), most + 1)
    shown, after = page_of(found, most, lambda each: each.number)
    return listing(list(map(entry_shape, shown)), after)


def entry_shape(entry: Entry) -> dict[str, object]:
    """Return a row; `hash` is the SHA-256 of `row` as it stands, so that a reader can check the chain."""
    return {
        "number": entry.number,
        "at": entry.at,
        "who": entry.who,
        "from": entry.address,
        "action": entry.action,
        "subject": entry.subject,
        "before": entry.before,
        "after": entry.after,
        "hash": entry.hash,
        "previous": entry.previous,
        "row": entry.row,
    }
