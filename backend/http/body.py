"""A request's body and bearer token, read within bounds of size and time; what is wrong is said by field."""

from __future__ import annotations

from collections.abc import Mapping

import gevent
import orjson
from flask import Request

from backend.domain.errors import InvalidRequest, TooLarge, TooSlow
from backend.domain.nesting import is_nested_deeper

MOST_BYTES = 65_536
BODY_PATIENCE_S = 10.0  # as nginx.conf has it: a place is not kept by sending a byte a minute
DEEPEST = 16  # brackets in brackets: what is asked of us has three
BODY_TYPES = ("application/json", "text/plain")


def read_body(request: Request, patience_s: float = BODY_PATIENCE_S, most: int = MOST_BYTES) -> Mapping[str, object]:
    """Return the JSON object that the body is; raise InvalidRequest, TooLarge or TooSlow."""
    if request.mimetype not in BODY_TYPES:
        raise InvalidRequest(f"Content-Type: {request.mimetype or 'none'!r} is not taken; send application/json")
    if (request.content_length or 0) > most:
        raise TooLarge(f"the body has {request.content_length} bytes; at most {most} are taken")
    with gevent.Timeout(patience_s, TooSlow(f"the body did not arrive within {patience_s:g} s")):
        body = request.get_data(cache=False)
    if len(body) > most:
        raise TooLarge(f"the body is longer than {most} bytes")
    if is_nested_deeper(body.decode("utf-8", "replace"), DEEPEST):
        raise InvalidRequest(f"the body is nested deeper than {DEEPEST} brackets")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise InvalidRequest(f"the body is not JSON: {broken}") from broken
    if not isinstance(document, dict):
        raise InvalidRequest("the body is not a JSON object")
    return document


def text_of(document: Mapping[str, object], name: str, *, needed: bool = False, most: int | None = None) -> str:
    value = document.get(name)
    if value is None:
        if needed:
            raise InvalidRequest(f"{name}: missing; send it as a string")
        return ""
    if not isinstance(value, str):
        raise InvalidRequest(f"{name}: must be a string")
    if most is not None and len(value) > most:
        raise InvalidRequest(f"{name}: longer than {most} characters")
    return value


def bearer_of(request: Request) -> str | None:
    """Return the token of the Authorization header; None without one; raise InvalidRequest for another scheme."""
    header = request.headers.get("Authorization", "")
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidRequest("Authorization: must be `Bearer` and the visitor token that came with `start`")
    return token.strip()
