"""What was just done, said once on the next page, with the way to undo it.

Between the two pages it stands in a cookie: the name of a sentence of ours, its values, and an address of ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, g, request

from backend.console.parts import parts

COOKIE = "deskbell_done"
LASTS_S = 60
LONGEST = 2_000
LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Toast:
    text: str
    undo: str
    fields: Mapping[str, str]


def done(sentence: str, undo: str = "", fields: Mapping[str, str] | None = None, **values: object) -> None:
    """Let the next page say this sentence; `undo` is the address that takes it back, with these fields."""
    g.done = {"name": sentence, "undo": undo, "fields": dict(fields or {}), "values": values}


def toasts() -> list[dict[str, Any]]:
    """Return what is to be said on this page, as `done` took it."""
    said = g.pop("done", None)
    if said is None:
        said = _read(request.cookies.get(COOKIE, ""))
        g.forgets_done = COOKIE in request.cookies
    return [said] if said else []


def keep_for_next_page(response: Response) -> Response:
    """Set the cookie for what this response does not say itself, or take it away once it was said."""
    said = g.pop("done", None)
    if said is not None:
        text = json.dumps(said, separators=(",", ":"))
        if len(text) > LONGEST:  # a browser keeps no longer one: what was done is said, without the way back
            text = json.dumps({**said, "undo": "", "fields": {}, "values": shortened(said["values"])})
        response.set_cookie(
            COOKIE, text, LASTS_S, path="/console/", httponly=True, samesite="Lax", secure=parts().is_https
        )
    elif g.pop("forgets_done", False):
        response.delete_cookie(COOKIE, path="/console/")
    return response


def shortened(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value[:LONGEST_VALUE] if isinstance(value, str) else value for name, value in values.items()}


def _read(text: str) -> dict[str, Any] | None:
    try:
        said = json.loads(text)
        undo = str(said["undo"])
        if undo and not undo.startswith("/console/"):
            return None
        fields = {str(key): str(value) for key, value in said["fields"].items()}
        return {"name": str(said["name"]), "undo": undo, "fields": fields, "values": dict(said["values"])}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
