"""A person of the staff is in a visitor's conversation: joins it, writes, leaves. The assistant is silent meanwhile."""

from __future__ import annotations

import uuid

import structlog

from backend.domain.accounts import Person
from backend.domain.errors import InvalidRequest, Locked
from backend.domain.live import IDLE, LONGEST_MESSAGE, LiveEvent, Presence
from backend.domain.one_line import in_one_line
from backend.domain.site import Site
from backend.services.outgoing_parts import OutgoingParts

log = structlog.get_logger("live")
LONGEST_ID = 64
LONGEST_NAME = 60


def join_conversation(
    site: Site, conversation: str, person: Person, parts: OutgoingParts, *, takes_over: bool = False
) -> int:
    """Let a person in and return the number of this joining; raise Locked where somebody else is in it.

    What is being answered at the moment is stopped; what of it was shown stays.
    """
    joined = parts.live.join(site, conversation, person.id, name_for_visitors(person), takes_over=takes_over)
    if isinstance(joined, Presence):
        until = (joined.joined_at or parts.time()) + IDLE
        raise Locked(
            f"{joined.name} is in this conversation", extra={"by": joined.name, "until": f"{until:%Y-%m-%dT%H:%M:%SZ}"}
        )
    parts.stop_turns(joined.running)
    log.info("conversation.joined", site=site.key, conversation=conversation, stopped=len(joined.running))
    return joined.number


def say(site: Site, conversation: str, person: Person, text: str, parts: OutgoingParts, message: str = "") -> LiveEvent:
    """Keep what a person writes; the same `message` id again changes nothing. Raise NotJoined unless they are in it."""
    said = text.strip()
    if not said:
        raise InvalidRequest("text: missing; there is nothing to say")
    if len(said) > LONGEST_MESSAGE:
        raise InvalidRequest(f"text: has more than {LONGEST_MESSAGE} characters")
    if len(message) > LONGEST_ID:
        raise InvalidRequest(f"id: has more than {LONGEST_ID} characters")
    event = parts.live.say(site, conversation, person.id, f"said {message or uuid.uuid4()}", said)
    settle_handoffs(site, conversation, person.email, parts)
    return event


def leave_conversation(site: Site, conversation: str, person: Person, parts: OutgoingParts) -> bool:
    """Let a person leave; False where they were not in it."""
    return parts.live.leave(site, conversation, person.id)


def leave_idle(parts: OutgoingParts) -> int:
    """Let those leave who have done nothing for a while; return how many."""
    left = 0
    for site_id, conversation in parts.live.idle(parts.time() - IDLE):
        site = parts.sites.with_id(site_id)
        left += bool(site and parts.live.leave(site, conversation))
    return left


def settle_handoffs(site: Site, conversation: str, by: str, parts: OutgoingParts) -> None:
    """Close what the visitor wished for: a person has written."""
    for each in parts.book.handoffs(site, "open", conversation):
        parts.book.settle_handoff(site, each.id, "answered", by)


def name_for_visitors(person: Person) -> str:
    """Return what visitors see of a person: the name that they gave, or else initials, never an address."""
    if name := in_one_line(person.name, LONGEST_NAME):
        return name
    words = person.called.replace(".", " ").replace("-", " ").split()
    return "".join(word[0] for word in words[:2]).upper() or "?"
