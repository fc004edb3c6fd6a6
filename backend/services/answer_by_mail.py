"""A wish for a person is answered later: the answer stands in the conversation, and goes to the visitor by mail."""

from __future__ import annotations

from backend.domain.accounts import Person
from backend.domain.conversation import Handoff
from backend.domain.errors import InvalidRequest
from backend.domain.live import LONGEST_MESSAGE
from backend.domain.site import Site
from backend.services.hand_over import last_question
from backend.services.join_conversation import name_for_visitors
from backend.services.outgoing_parts import OutgoingParts
from backend.services.write_letter import letter_id, write_letter

OPENS = "#deskbell"  # an address that ends in this opens the widget


def answer_by_mail(site: Site, handoff: Handoff, text: str, person: Person, parts: OutgoingParts) -> str | None:
    """Keep the answer, write the letter, close the wish; return the letter's id, None where no mail is sent."""
    said = text.strip()
    if not said:
        raise InvalidRequest("text: missing; there is nothing to say")
    if len(said) > LONGEST_MESSAGE:
        raise InvalidRequest(f"text: has more than {LONGEST_MESSAGE} characters")
    name = name_for_visitors(person)
    event = parts.live.write_later(site, handoff.conversation, name, f"answer {handoff.id} {hash_of(said)}", said)
    letter = write_letter(
        "answer",
        handoff.email,
        parts,
        key=f"{handoff.conversation} {event.number}",
        site=site,
        conversation=handoff.conversation,
        reply_to=parts.reply_address(handoff.conversation) or site.settings.people.email,
        person=name,
        text=said,
        question=last_question(site, handoff.conversation, parts),
        link=way_back(site),
    )
    parts.book.settle_handoff(site, handoff.id, "answered", person.email)
    return letter


def way_back(site: Site) -> str:
    """Return an address where the visitor finds the conversation again: the site's own, with the widget open."""
    return f"{site.settings.origins[0]}/{OPENS}"


def hash_of(text: str) -> str:
    """Return what tells one answer from another: sent twice, it is there once."""
    return letter_id("answer", text, "")
