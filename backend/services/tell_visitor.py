"""A visitor who got a wrong answer is told what is right: in the conversation, and by mail."""

from __future__ import annotations

from backend.domain.errors import NotFound
from backend.domain.live import LiveEvent
from backend.domain.site import Site
from backend.services.answer_by_mail import way_back
from backend.services.outgoing_parts import OutgoingParts
from backend.services.write_letter import write_letter


def tell_visitor(site: Site, turn: str, text: str, name: str, parts: OutgoingParts) -> LiveEvent:
    """Let the old reply stand with this text beside it, from the team, and write to the visitor's address.

    An empty `text` takes an earlier correction back: nothing is unsent, and no second letter goes out. Raise NotFound
    for a turn that is gone.
    """
    stored = parts.book.turn(site, turn)
    if stored is None:
        raise NotFound(f"turn {turn[:60]}: it is gone; its visitor may have erased it")
    event = parts.live.correct(site, stored.conversation, turn, name, text)
    addresses = {each.email for each in parts.book.handoffs(site) if each.conversation == stored.conversation}
    for address in sorted(addresses) if text else ():
        write_letter(
            "correction",
            address,
            parts,
            key=f"{turn} {event.number}",
            site=site,
            conversation=stored.conversation,
            reply_to=site.settings.people.email,
            question=stored.question,
            text=text,
            link=way_back(site),
        )
    return event
