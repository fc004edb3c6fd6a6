"""A forgotten password: a letter brings a link to a new one, where the address is somebody's.

Rules:
1. Whoever asks is told the same, in the same time, whether anybody has the address: who it is is looked up by the
   process for jobs, when the letter is due, and only then the link is made.
2. Asking changes nothing: password, second factor and sessions count until the link is used, and the second factor
   after it, too.
3. An address gets one letter an hour; whoever asks for many waits longer each time.
"""

from __future__ import annotations

import math
from dataclasses import replace

from backend.accounts.rules import rules
from backend.accounts.tokens import hash_of, link_address
from backend.domain.accounts import Where
from backend.domain.audit import NOBODY, By, Change
from backend.domain.email import address_of_person
from backend.domain.outgoing import Letter
from backend.outgoing.letters import words_of
from backend.services.invite_person import make_link
from backend.services.outgoing_parts import OutgoingParts
from backend.services.record_change import record_change
from backend.services.sign_in import MustWait
from backend.services.write_letter import HOUSE, letter_id

KIND = "recovery"


def ask_for_recovery(given: str, language: str, where: Where, parts: OutgoingParts) -> MustWait | None:
    """Keep the wish for a link; return how long to wait where there were too many of them."""
    email = address_of_person(given)
    if wait_s := parts.tries.begin([f"recovery-mail:{hash_of(where.address)}"], rules().back_off):
        return MustWait(math.ceil(wait_s))
    if email and parts.sends_mail:
        hour = f"{parts.time():%Y-%m-%dT%H}"
        # Who it is for, and so what it says, is known when it goes out; until then it only knows its language.
        parts.letters.put_on(Letter(letter_id(KIND, hour, email), email, "", language, HOUSE, KIND))
    return None


def maybe_written(letter: Letter, parts: OutgoingParts) -> Letter | None:
    """Return a letter as it goes out, a recovery's with a new link; None where nobody has the address."""
    if letter.kind != KIND:
        return letter
    person = parts.people.with_email(letter.to)
    if person is None or person.removed_at is not None:
        return None
    link = make_link(person, "reset", parts)
    record_change(Change("person.recovery_mailed", person.email), By(NOBODY, None, ""), parts)
    values = {"site": HOUSE, "link": link_address(parts.public_url, link.token)}
    subject, text = words_of(KIND, letter.text, values)
    return replace(letter, subject=subject, text=text)
