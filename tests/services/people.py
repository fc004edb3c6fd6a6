"""People of the staff for the suites of the services: with passwords, with apps."""

from __future__ import annotations

import pyotp

from backend.app import House
from backend.domain.accounts import Person, Roles, Where
from backend.domain.audit import By
from backend.services.begin_session import SignedIn
from backend.services.invite_person import invite_person
from backend.services.second_factor import SwitchedOn, begin_factor, confirm_factor
from backend.services.sign_in_by_link import sign_in_by_link

HERE = Where("203.0.113.7", "Firefox, Linux")
ELSEWHERE = Where("198.51.100.1", "curl")
BOSS = By("boss@shop.example", 99, HERE.address)
EMAIL = "mk@shop.example"
OWNER = Roles("owner")
PASSWORD = "tea leaves in the pot"


def come_in(house: House, email: str = EMAIL, roles: Roles = OWNER) -> SignedIn:
    """Invite a person who uses the link at once."""
    invited = invite_person(email, roles, BOSS, house)
    assert invited.link is not None
    signed_in = sign_in_by_link(invited.link.token, PASSWORD, HERE, house)
    assert isinstance(signed_in, SignedIn)
    return signed_in


def now(house: House, person: Person) -> Person:
    """Return a person as the book has them now."""
    found = house.people.person(person.id)
    assert found is not None
    return found


def code_of(house: House, person: Person) -> str:
    """Return what the person's app shows now."""
    return pyotp.TOTP(house.factors.secret(person)).at(house.time())


def switch_on(house: House, person: Person) -> tuple[str, ...]:
    """Switch the second factor on; return the recovery codes."""
    begin_factor(person, house)
    switched = confirm_factor(person, code_of(house, person), BOSS, house)
    assert isinstance(switched, SwitchedOn)
    return switched.codes


def actions(house: House) -> list[str]:
    """Return what was recorded of the house, the oldest first."""
    return [entry.action for entry in reversed(house.audit.entries(None, None, 1000))]
