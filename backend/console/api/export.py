"""What was asked, answered and decided, as JSON lines."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
from flask import Blueprint, Response, request

from backend.accounts.permissions import may
from backend.console.api.callers import access, note, site_for
from backend.console.parts import house
from backend.domain.errors import InvalidRequest
from backend.services.export_turns import Hide, Line, reviewed_lines, turn_lines
from backend.services.hide_personal_data import hide_personal_data

door = Blueprint("export", __name__)
KINDS = ("reviewed", "conversations", "visitor")
LONGEST_VISITOR = 200


@door.get("/sites/<key>/export")
def show(key: str) -> Response:
    site = site_for(key, "read")
    kind, visitor = request.args.get("kind", ""), request.args.get("visitor", "")
    if kind not in KINDS:
        raise InvalidRequest(f"kind: must be one of {', '.join(KINDS)}")
    if (kind == "visitor") != bool(visitor) or len(visitor) > LONGEST_VISITOR:
        raise InvalidRequest("visitor: belongs to kind=visitor, and is needed there")
    sees_all = may(access(), site.id, "people")
    hide: Hide = str if sees_all else hide_personal_data(site, house())
    lines = (
        reviewed_lines(site, house(), hide) if kind == "reviewed" else turn_lines(site, house(), hide, visitor or None)
    )
    note("export.made", site, f"{kind} {visitor}".strip())
    response = Response(written(lines), content_type="application/x-ndjson")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}-{kind}.jsonl"'
    return response


def written(lines: Iterator[Line]) -> Iterator[bytes]:
    for line in lines:
        yield orjson.dumps(line) + b"\n"
