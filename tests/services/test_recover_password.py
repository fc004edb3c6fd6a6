"""A forgotten password comes back by mail, to its owner alone, and whoever asks learns nothing."""

from __future__ import annotations

import re

import pytest

from backend.app import House
from backend.domain.accounts import Person, Roles, Where
from backend.services.begin_session import SignedIn
from backend.services.recover_password import ask_for_recovery
from backend.services.send_due import mail_due
from backend.services.sign_in import MustWait, sign_in
from backend.services.sign_in_by_link import LinkGone, look_at_link, sign_in_by_link
from tests.contracts.people import HeldClock
from tests.outgoing.receivers import Postbox
from tests.services.test_send_due import box, hears, telling  # noqa: F401 - fixtures

HERE = Where("203.0.113.7", "a test")
OLD, NEW = "an old password", "a new password"
LINK = re.compile(r"https://chat\.example/console/link/(\S+)")


@pytest.fixture
def ada(telling: House) -> Person:  # noqa: F811
    person = telling.people.add("ada@shop.example", "Ada", Roles("owner"))
    assert person is not None
    telling.people.keep_password(person, telling.passwords.keep(OLD))
    return person


def token_in(box: Postbox) -> str:  # noqa: F811
    found = LINK.search(box.letters[-1].get_content())
    assert found is not None
    return found[1]


def test_a_link_comes_by_mail_and_signs_in_once(telling: House, ada: Person, box: Postbox) -> None:  # noqa: F811
    assert ask_for_recovery(" Ada@Shop.example ", "en", HERE, telling) is None
    assert isinstance(sign_in("ada@shop.example", OLD, HERE, telling), SignedIn)  # asking changes nothing
    mail_due(telling)
    (letter,) = box.letters
    assert letter["To"] == "ada@shop.example"
    token = token_in(box)
    assert isinstance(sign_in_by_link(token, NEW, HERE, telling), SignedIn)
    assert isinstance(look_at_link(token, telling), LinkGone)
    assert isinstance(sign_in("ada@shop.example", NEW, HERE, telling), SignedIn)
    assert "person.recovery_mailed" in {each.action for each in telling.audit.entries(None, None, 9)}


@pytest.mark.parametrize("address", ["eve@shop.example", "nobody", "", "a@b\r\nBcc: c@d.example"])
def test_an_address_that_nobody_has_gets_no_letter(
    telling: House,  # noqa: F811
    ada: Person,
    box: Postbox,  # noqa: F811
    address: str,
) -> None:
    assert ask_for_recovery(address, "en", HERE, telling) is None
    mail_due(telling)
    assert box.letters == []


def test_somebody_who_was_removed_gets_none(telling: House, ada: Person, box: Postbox) -> None:  # noqa: F811
    telling.people.add("bob@shop.example", "Bob", Roles("owner"))
    telling.people.remove(ada)
    ask_for_recovery("ada@shop.example", "en", HERE, telling)
    mail_due(telling)
    assert box.letters == []


def test_an_address_gets_one_letter_an_hour_and_many_wishes_wait(
    telling: House,  # noqa: F811
    ada: Person,
    box: Postbox,  # noqa: F811
    clock: HeldClock,
) -> None:
    for _ in range(3):
        ask_for_recovery("ada@shop.example", "de", HERE, telling)
        mail_due(telling)
    assert len(box.letters) == 1
    assert "neues Passwort" in box.letters[0]["Subject"]
    first = token_in(box)
    clock.wait(3_600)
    ask_for_recovery("ada@shop.example", "en", HERE, telling)
    mail_due(telling)
    assert len(box.letters) == 2
    assert isinstance(look_at_link(first, telling), LinkGone)  # the newer one ends it
    answers = [ask_for_recovery("eve@shop.example", "en", HERE, telling) for _ in range(6)]
    assert isinstance(answers[-1], MustWait)
