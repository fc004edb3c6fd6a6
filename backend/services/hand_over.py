"""A visitor's wish for a person is kept, and told to the team: by mail and by webhook."""

from __future__ import annotations

from collections.abc import Sequence

from backend.domain.site import Site
from backend.services.announce import announce
from backend.services.outgoing_parts import OutgoingParts
from backend.services.write_letter import owners_of, write_letter

LONGEST_QUESTION = 1_000


def hand_over(site: Site, conversation: str, email: str, note: str, parts: OutgoingParts) -> str:
    """Keep the wish and return its id; raise NotFound for a conversation that is not there."""
    handoff = parts.book.hand_over(site, conversation, email, note)
    question, page = last_question(site, conversation, parts), f"live/{conversation}"
    details = {"handoff": handoff, "conversation": conversation, "email": email, "note": note, "question": question}
    announce(site, "handoff.requested", details, parts, page=page, conversation=conversation)
    link = f"{parts.public_url}/console/{site.key}/{page}"
    for address in team_of(site, parts):
        write_letter(
            "handoff",
            address,
            parts,
            key=handoff,
            site=site,
            conversation=conversation,
            reply_to=email,
            email=email,
            question=question,
            note=note or "-",
            link=link,
        )
    return handoff


def team_of(site: Site, parts: OutgoingParts) -> Sequence[str]:
    """Return who is told of visitors' wishes: the team's address, or else those who own the site."""
    team = site.settings.people.email
    return [team] if team else owners_of(site, parts)


def last_question(site: Site, conversation: str, parts: OutgoingParts) -> str:
    turns = parts.book.conversation(site, conversation)
    return turns[-1].question[:LONGEST_QUESTION] if turns else ""
