"""A person signs in by a one-time link and chooses a password.

Looking at a link does not use it up: the scanners of mail servers look at every one.
"""

from __future__ import annotations

from dataclasses import dataclass

from backend.accounts.passwords import fault_of
from backend.accounts.rules import rules
from backend.accounts.tokens import hash_of
from backend.domain.accounts import Link, Person, Where
from backend.domain.audit import By, Change
from backend.domain.email import address_of_person
from backend.services.account_parts import AccountParts
from backend.services.begin_session import SignedIn, begin_session, record_sign_in
from backend.services.record_change import record_change

NOT_AN_ADDRESS = "Give your e-mail address, such as mk@shop.example."


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that can be used, and the address that it signs in; empty where the first owner is to say it."""

    link: Link
    email: str


@dataclass(frozen=True, slots=True)
class LinkGone:
    """The link was used, is too old, or was never made."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was given cannot be taken; `field` is what to give anew."""

    field: str
    why: str


def look_at_link(token: str, parts: AccountParts) -> OpenLink | LinkGone:
    """Return what a link is for, and leave it as it is."""
    link = parts.links.link(hash_of(token))
    if link is None:
        return LinkGone()
    if link.person_id is None:
        return OpenLink(link, "")
    person = parts.people.person(link.person_id)
    return LinkGone() if person is None or person.removed_at else OpenLink(link, person.email)


def sign_in_by_link(
    token: str, password: str, where: Where, parts: AccountParts, *, given_email: str = ""
) -> SignedIn | LinkGone | Refused:
    """Use a link up: its person has this password, and this browser is signed in. Raise Busy where too many wait."""
    opened = look_at_link(token, parts)
    if isinstance(opened, LinkGone):
        return opened
    email = opened.email or address_of_person(given_email)
    if not email:
        return Refused("email", NOT_AN_ADDRESS)
    if why := fault_of(password, email, rules().password):
        return Refused("password", why)
    kept = parts.passwords.keep(password)  # before the link is spent: this takes its time, and may be refused
    person = _spend(token, opened, email, kept, parts)
    if person is None:
        return LinkGone()
    _record(person, opened, where, parts)
    signed_in = begin_session(person, where, parts)
    record_sign_in(signed_in, "link", parts)
    return signed_in


def _spend(token: str, opened: OpenLink, email: str, kept: str, parts: AccountParts) -> Person | None:
    if opened.link.purpose == "first":
        return parts.links.spend_first(hash_of(token), email, kept)
    return parts.links.spend(hash_of(token), kept)


def _record(person: Person, opened: OpenLink, where: Where, parts: AccountParts) -> None:
    by = By(person.email, person.id, where.address)
    if opened.link.purpose == "first":
        record_change(Change("person.first_owner", person.email, None, {"every site": "owner"}), by, parts)
    else:
        record_change(Change("person.password", person.email), by, parts)
