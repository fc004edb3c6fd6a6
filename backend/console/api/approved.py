"""Answers that serve the same question without a model: listed, and served no more."""

from __future__ import annotations

from flask import Blueprint, Response, request

from backend.console.api.callers import note, site_for
from backend.console.api.shapes import listing, moment
from backend.console.parts import house
from backend.domain.approved import Approved
from backend.domain.errors import InvalidRequest, NotFound

door = Blueprint("approved", __name__)
LONGEST_ID = 18  # digits


@door.get("/sites/<key>/approved")
def show(key: str) -> Response:
    return listing(list(map(approved_shape, house().approved.answers(site_for(key, "read").id))))


@door.delete("/sites/<key>/approved")
def remove(key: str) -> tuple[str, int]:
    """Serve the answer with `?id=` no more."""
    site_for(key, "review")
    given = request.args.get("id", "")
    if not given.isdecimal() or len(given) > LONGEST_ID:
        raise InvalidRequest("id: missing; send ?id= with the id of an approved answer")
    return remove_one(key, int(given))


@door.delete("/sites/<key>/approved/<int:approved>")
def remove_one(key: str, approved: int) -> tuple[str, int]:
    site = site_for(key, "review")
    if not house().approved.remove(site.id, approved):
        raise NotFound(f"approved {approved}: there is no such answer")
    note("approved.removed", site, str(approved))
    return "", 204


def approved_shape(answer: Approved) -> dict[str, object]:
    return {
        "id": answer.id,
        "questions": [each.question for each in answer.phrasings],
        "reply": answer.reply.document(),
        "pages": sorted(answer.pages),
        "state": answer.state,
        "served": answer.served,
        "by": answer.by,
        "at": moment(answer.at),
        "item": answer.item,
    }
