"""A letter is written from its table and kept to be sent; nothing where no mail server is set."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from backend.domain.outgoing import Letter
from backend.domain.ports import LetterBook, PersonBook
from backend.domain.site import Site
from backend.outgoing.letters import words_of

HOUSE = "Deskbell"
NOT_LONG = timedelta()


class LetterParts(Protocol):
    """What writing a letter needs."""

    @property
    def letters(self) -> LetterBook: ...

    @property
    def sends_mail(self) -> bool: ...


class PeopleParts(Protocol):
    """The book of people, of whatever parts a use-case has."""

    @property
    def people(self) -> PersonBook: ...


def write_letter(
    kind: str,
    to: str,
    parts: LetterParts,
    *,
    key: str,
    site: Site | None = None,
    locale: str = "",
    conversation: str | None = None,
    reply_to: str = "",
    thread: Sequence[str] = (),
    waits: timedelta = NOT_LONG,
    **values: object,
) -> str | None:
    """Keep a letter of this kind to be sent; return its id, None where no mail is sent.

    `key` names the occasion: for the same occasion one person gets one letter, however often it is written. It waits
    so long before it goes out.
    """
    if not parts.sends_mail:
        return None
    name = site.settings.name if site else HOUSE
    subject, text = words_of(kind, locale or (site.settings.locale if site else ""), {"site": name, **values})
    letter = Letter(
        id=letter_id(kind, key, to),
        to=to,
        subject=subject,
        text=text,
        name=name,
        kind=kind,
        site_id=site.id if site else None,
        conversation=conversation,
        reply_to=reply_to,
        thread=tuple(thread),
    )
    parts.letters.put_on(letter, waits)
    return letter.id


def letter_id(kind: str, key: str, to: str) -> str:
    """Return the id of a letter: the same for the same occasion and person, and telling neither."""
    return hashlib.sha256(f"{kind}\0{key}\0{to}".encode()).hexdigest()[:32]


def owners_of(site: Site, parts: PeopleParts) -> list[str]:
    """Return the addresses of those who own a site."""
    return [
        each.email for each in parts.people.people() if each.removed_at is None and each.roles.at(site.id) == "owner"
    ]
