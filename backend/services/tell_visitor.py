"""A visitor who got a wrong answer is told what is right: in the conversation, and by mail."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import timedelta

from backend.domain.errors import NotFound
from backend.domain.site import Site
from backend.services.answer_by_mail import way_back
from backend.services.outgoing_parts import OutgoingParts
from backend.services.write_letter import write_letter

TAKEN_BACK_WITHIN = timedelta(minutes=5)


def tell_visitor(site: Site, turn: str, text: str, name: str, parts: OutgoingParts) -> Sequence[str]:
    """Let the old reply stand with this text beside it, from the team, and write to the visitor's addresses.

    Return the ids of the letters, which wait a while. Raise NotFound for a turn that is gone.
    """
    stored = parts.book.turn(site, turn)
    if stored is None:
        raise NotFound(f"turn {turn[:60]}: it is gone; its visitor may have erased it")
    event = parts.live.correct(site, stored.conversation, turn, name, text)
    addresses = {each.email for each in parts.book.handoffs(site, conversation=stored.conversation)}
    letters = [
        write_letter(
            "correction",
            address,
            parts,
            key=f"{turn} {event.number}",
            site=site,
            conversation=stored.conversation,
            reply_to=parts.reply_address(stored.conversation) or site.settings.people.email,
            waits=TAKEN_BACK_WITHIN,
            question=stored.question,
            text=text,
            link=way_back(site),
        )
        for address in sorted(addresses)
    ]
    return [letter for letter in letters if letter is not None]


def untell_visitor(site: Site, turn: str, letters: Sequence[str], parts: OutgoingParts) -> None:
    """Let the old reply stand alone again, and hold back what was not mailed yet."""
    for letter in letters:
        parts.letters.withdraw(letter)
    stored = parts.book.turn(site, turn)
    if stored is not None:
        with contextlib.suppress(NotFound):  # erased at this moment
            parts.live.correct(site, stored.conversation, turn, "", "")
