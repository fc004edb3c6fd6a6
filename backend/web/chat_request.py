"""The body of `POST /v1/chat` as words of the domain; what is wrong with it is said by field."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson

from backend.domain.errors import InvalidRequest
from backend.domain.turn import Page
from backend.http.body import text_of

MOST_ADDRESS = 2_048
MOST_PROOF = 2_048
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
