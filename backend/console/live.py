"""Conversations: who is here, who wants a person, and one conversation to read, join and answer."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.console.pages import page
from backend.console.parts import house, where
from backend.console.toasts import done
from backend.console.viewer import at_site, viewer
from backend.domain.audit import Change
from backend.domain.conversation import Handoff, StoredTurn
from backend.domain.errors import NotFound, NotJoined
from backend.domain.live import HERE, LiveEvent, Presence, Talk
from backend.domain.presence import Usual, usual
from backend.domain.site import Site
from backend.services.answer_by_mail import answer_by_mail
from backend.services.join_conversation import join_conversation, leave_conversation, say
from backend.services.record_change import by, record_change
from backend.services.suggest_reply import below, suggest_reply
from backend.services.tell_presence import MEASURED

door = Blueprint("live", __name__)
MOST = 100
ANSWERED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation in the list. `person` is who is in it; `email` is where its visitor wants an answer."""

    conversation: str
    question: str
    at: datetime | None
    person: str = ""
    is_mine: bool = False
    email: str = ""
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a conversation: a turn, or something that happened besides."""

    turn: StoredTurn | None = None
    event: LiveEvent | None = None


@door.get("/<key>/live")
def show(key: str) -> Response:
    site = at_site(key, "read")
    return page("live", **_list(site), talk=None)


@door.get("/<key>/live/<conversation>")
def show_one(key: str, conversation: str) -> Response:
    site = at_site(key, "read")
    return page("live", **_list(site), **_talk(site, conversation))


@door.post("/<key>/live/<conversation>/join")
def join(key: str, conversation: str) -> ResponseOfWerkzeug:
    site = at_site(key, "talk")
    takes_over = "take" in request.form
    join_conversation(site, conversation, viewer().access.person, house(), takes_over=takes_over)
    _record("conversation.joined", site, conversation)
    if text := request.form.get("text", "").strip():  # what was written when they were not in it any more
        say(site, conversation, viewer().access.person, text, house(), request.form.get("message", ""))
    return _back(key, conversation)


@door.post("/<key>/live/<conversation>/leave")
def leave(key: str, conversation: str) -> ResponseOfWerkzeug:
    site = at_site(key, "talk")
    if leave_conversation(site, conversation, viewer().access.person, house()):
        _record("conversation.left", site, conversation)
    return _back(key, conversation)


@door.post("/<key>/live/<conversation>/say")
def write(key: str, conversation: str) -> Response | ResponseOfWerkzeug:
    """Write to the visitor; a form that is sent twice says it once. Whoever has left meanwhile loses no word."""
    site = at_site(key, "talk")
    text, message = request.form.get("text", ""), request.form.get("message", "")
    if text.strip():
        try:
            say(site, conversation, viewer().access.person, text, house(), message)
        except NotJoined:
            return page("live", 409, **_list(site), **{**_talk(site, conversation), "kept": text})
    return _back(key, conversation)


@door.post("/<key>/live/<conversation>/typing")
def typing(key: str, conversation: str) -> tuple[str, int]:
    site = at_site(key, "talk")
    house().live.type(site, conversation, viewer().access.person.id)
    return "", 204


@door.post("/<key>/live/<conversation>/answer")
def answer(key: str, conversation: str) -> ResponseOfWerkzeug:
    """Answer a wish for a person by mail."""
    site = at_site(key, "talk")
    wishes = house().book.handoffs(site, conversation=conversation)
    if not wishes:
        raise NotFound(f"conversation {conversation[:60]!r}: its visitor left no address")
    text = request.form.get("text", "")
    if text.strip():
        sent = answer_by_mail(site, wishes[-1], text, viewer().access.person, house())
        for each in wishes:
            house().book.settle_handoff(site, each.id, "answered", viewer().access.person.email)
        done("done.answered_by_mail" if sent else "done.answered_unsent", email=wishes[-1].email)
    return _back(key, conversation)


@door.post("/<key>/live/<conversation>/suggest")
def suggest(key: str, conversation: str) -> Response:
    """Show the page again, with what the assistant would say below what was typed; nothing is sent."""
    site = at_site(key, "talk")
    values = _talk(site, conversation)
    suggested = suggest_reply(site, house().book.conversation(site, conversation), house())
    typed = below(request.form.get("text", ""), suggested)
    return page("live", **_list(site), **values | {"typed": typed, "suggested": suggested})


@door.post("/<key>/live/<conversation>/settle")
def settle(key: str, conversation: str) -> ResponseOfWerkzeug:
    """Close the wishes of a conversation without a word, or open them again."""
    site = at_site(key, "talk")
    is_open = request.form.get("state") == "open"
    for each in house().book.handoffs(site, conversation=conversation):
        person = "" if is_open else viewer().access.person.email
        house().book.settle_handoff(site, each.id, "open" if is_open else "answered", person)
    if not is_open:
        done("done.wish_settled", f"/console/{key}/live/{conversation}/settle", {"state": "open"})
    return _back(key, conversation)


def _list(site: Site) -> dict[str, Any]:
    """Return the groups of the list, each conversation in the first that it belongs to."""
    now = house().time()
    here = {each.conversation: each for each in house().live.talks(site, now - HERE, MOST)}
    wishes = {each.conversation: each for each in house().book.handoffs_since(site, now - ANSWERED)}
    gone = [name for name in wishes if name not in here]
    questions = house().live.last_questions(site, gone) if gone else {}
    rows = [_row_here(each, wishes.get(each.conversation)) for each in here.values()]
    waiting = [each for each in wishes.values() if each.state == "open" and each.conversation in gone]
    answered = [each for each in wishes.values() if each.state == "answered" and each.conversation in gone]
    groups = (
        ("with_you", [each for each in rows if each.person]),
        ("waiting", [each for each in rows if not each.person and each.email]),
        ("gone", [_row_gone(each, questions) for each in waiting]),
        ("here", [each for each in rows if not each.person and not each.email]),
        ("answered", [_row_gone(each, questions) for each in answered]),
    )
    return {"groups": [group for group in groups if group[1]], "usual": _usual(site, now)}


def _row_here(talk: Talk, wish: Handoff | None) -> Row:
    email = wish.email if wish and wish.state == "open" else ""
    is_mine = talk.person == viewer().access.person.id
    return Row(talk.conversation, talk.question, talk.at, talk.name, is_mine, email)


def _row_gone(wish: Handoff, questions: object) -> Row:
    known = questions if isinstance(questions, dict) else {}
    question = known.get(wish.conversation, "") or wish.note
    return Row(wish.conversation, question, wish.at, email=wish.email, answered_by=wish.answered_by)


def _talk(site: Site, conversation: str) -> dict[str, Any]:
    """Return one conversation; raise NotFound where the site has no such one."""
    presence = house().live.presence(site, conversation)
    if presence is None:
        raise NotFound(f"conversation {conversation[:60]!r}: there is none; its visitor may have erased it")
    turns = house().book.conversation(site, conversation)
    wishes = house().book.handoffs(site, conversation=conversation)
    return {
        "talk": conversation,
        "presence": presence,
        "is_here": _is_here(presence),
        "is_mine": presence.person == viewer().access.person.id,
        "said": list(together(turns, house().live.events(site, conversation))),
        "title": turns[-1].question if turns else "",
        "wishes": wishes,
        "is_open": any(each.state == "open" for each in wishes),
        "message": secrets.token_urlsafe(12),
        "sends_mail": house().sends_mail,
        "kept": "",
        "typed": "",
        "suggested": None,
    }


def together(turns: Sequence[StoredTurn], events: Sequence[LiveEvent]) -> Iterator[Said]:
    """Yield turns and what happened after each, in order."""
    known = {turn.turn for turn in turns}
    for event in events:
        if event.after not in known:
            yield Said(event=event)
    for turn in turns:
        yield Said(turn=turn)
        yield from (Said(event=each) for each in events if each.after == turn.turn)


def _is_here(presence: Presence) -> bool:
    return presence.visitor_seen_at is not None and house().time() - presence.visitor_seen_at < HERE


def _usual(site: Site, now: datetime) -> Usual | None:
    return usual(house().book.answer_times(site, now - MEASURED))


def _back(key: str, conversation: str) -> ResponseOfWerkzeug:
    return redirect(f"/console/{key}/live/{conversation}", 303)


def _record(action: str, site: Site, conversation: str) -> None:
    record_change(Change(action, conversation, None, None, site.id), by(viewer().access, where()), house())
