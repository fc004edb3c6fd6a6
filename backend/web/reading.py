"""Reads a request's body into words of the domain; what is wrong with it is said by field."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import gevent
import orjson
from flask import Request

from backend.domain.errors import InvalidRequest, TooLarge, TooSlow
from backend.domain.turn import Page

MOST_BYTES = 65_536
BODY_PATIENCE_S = 10.0  # as nginx.conf has it: a place is not kept by sending a byte a minute
MOST_ADDRESS = 2_048
MOST_PROOF = 2_048
BODY_TYPES = ("application/json", "text/plain")
LOCALE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
NOT_THE_QUESTION = frozenset({"visitor", "user_token", "proof"})  # who asks may show that anew each time


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """The body of `POST /v1/chat`. `fingerprint` tells whether a turn that is sent again is the same question."""

    site: str
    message: str
    turn: str
    conversation: str | None
    page: Page
    locale: str
    user_token: str | None
    visitor_token: str | None
    proof: str | None
    fingerprint: str


def read_body(request: Request, patience_s: float = BODY_PATIENCE_S) -> Mapping[str, object]:
    """Return the JSON object that the body is; raise InvalidRequest, TooLarge or TooSlow."""
    if request.mimetype not in BODY_TYPES:
        raise InvalidRequest(f"Content-Type: {request.mimetype or 'none'!r} is not taken; send application/json")
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge(f"the body has {request.content_length} bytes; at most {MOST_BYTES} are taken")
    with gevent.Timeout(patience_s, TooSlow(f"the body did not arrive within {patience_s:g} s")):
        body = request.get_data(cache=False)
    if len(body) > MOST_BYTES:
        raise TooLarge(f"the body is longer than {MOST_BYTES} bytes")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise InvalidRequest(f"the body is not JSON: {broken}") from broken
    if not isinstance(document, dict):
        raise InvalidRequest("the body is not a JSON object")
    return document


def read_chat(document: Mapping[str, object], bearer: str | None, digest: Callable[[bytes], str]) -> ChatRequest:
    """Return the chat request that this body is; raise InvalidRequest naming the field.

    `digest` makes the fingerprint; a keyed one, or a short question could be guessed from it.
    """
    return ChatRequest(
        site=text_of(document, "site", needed=True),
        message=text_of(document, "message", needed=True),
        turn=turn_of(document),
        conversation=text_of(document, "conversation") or None,
        page=page_of(document),
        locale=locale_of(document),
        user_token=text_of(document, "user_token") or None,
        visitor_token=bearer or text_of(document, "visitor") or None,
        proof=text_of(document, "proof", most=MOST_PROOF) or None,
        fingerprint=digest(question_of(document)),
    )


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


def turn_of(document: Mapping[str, object]) -> str:
    """Return the turn's id in its canonical form; a new one where the client made none."""
    text = text_of(document, "turn")
    if not text:
        return str(uuid.uuid4())
    try:
        return str(uuid.UUID(text))
    except ValueError as problem:
        raise InvalidRequest("turn: must be a UUID, made anew for each question") from problem


def page_of(document: Mapping[str, object]) -> Page:
    page = document.get("page")
    if page is None:
        return Page()
    if not isinstance(page, dict):
        raise InvalidRequest('page: must be an object {"url", "title"}')
    return Page(url=text_of(page, "url", most=MOST_ADDRESS), title=text_of(page, "title", most=MOST_ADDRESS))


def locale_of(document: Mapping[str, object]) -> str:
    locale = text_of(document, "locale", most=100)
    if locale and not LOCALE.fullmatch(locale):
        raise InvalidRequest("locale: must be a language tag such as en-AU")
    return locale


def question_of(document: Mapping[str, object]) -> bytes:
    """Return all that makes the question, the same whatever order its fields came in."""
    question = {name: value for name, value in document.items() if name not in NOT_THE_QUESTION}
    if isinstance(question.get("turn"), str):
        question["turn"] = str(question["turn"]).lower()
    return orjson.dumps(question, option=orjson.OPT_SORT_KEYS)


def bearer_of(request: Request) -> str | None:
    """Return the token of the Authorization header; None without one; raise InvalidRequest for another scheme."""
    header = request.headers.get("Authorization", "")
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidRequest("Authorization: must be `Bearer` and the visitor token that came with `start`")
    return token.strip()
