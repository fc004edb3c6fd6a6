"""A wish for a person reaches the team, by mail and by webhook, and the answer reaches the visitor."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.app import House
from backend.domain.accounts import Person, Roles
from backend.domain.conversation import Handoff
from backend.domain.errors import InvalidRequest, NotFound
from backend.domain.outgoing import EVENTS
from backend.domain.site import People, Site
from backend.services.answer_by_mail import answer_by_mail
from backend.services.hand_over import hand_over
from backend.services.send_due import mail_due
from backend.services.tell_visitor import tell_visitor, untell_visitor
from tests.contracts.people import HeldClock
from tests.contracts.test_turn_book import opening, outcome
from tests.outgoing.receivers import Postbox
from tests.services.test_send_due import box, hears, shop, telling  # noqa: F401 - fixtures

TALK = "conversation-1"


@pytest.fixture
def ada(telling: House, shop: Site) -> Person:  # noqa: F811
    """The owner, who has a name; and one conversation with one answered question."""
    telling.book.begin(opening(shop, "turn-1", "Where is my parcel?"))
    telling.book.end("turn-1", outcome())
    person = telling.people.add("ada@shop.example", "Ada L.", Roles("owner"))
    assert person is not None
    return person


def wish_of(telling: House, shop: Site) -> Handoff:  # noqa: F811
    hand_over(shop, TALK, "sam@mail.example", "The zip sticks.", telling)
    return telling.book.handoffs(shop)[0]


def test_the_owner_is_told_by_mail_with_a_link(telling: House, shop: Site, ada: Person, box: Postbox) -> None:  # noqa: F811
    wish_of(telling, shop)
    mail_due(telling)
    letter = box.to("ada@shop.example")[0]
    text = letter.get_content()
    assert "Where is my parcel?" in text
    assert "The zip sticks." in text
    assert f"https://chat.example/console/{shop.key}/live/{TALK}" in text
    assert letter["Reply-To"] == "sam@mail.example"
    assert "sam@mail.example" not in letter["From"]


def test_a_team_with_an_address_is_told_there_alone(telling: House, shop: Site, ada: Person, box: Postbox) -> None:  # noqa: F811
    team = replace(shop, settings=replace(shop.settings, people=People(email="team@shop.example")))
    hand_over(team, TALK, "sam@mail.example", "", telling)
    mail_due(telling)
    assert [each["To"] for each in box.letters] == ["team@shop.example"]


def test_a_webhook_hears_of_it_too_and_nothing_is_told_of_an_unknown_conversation(
    telling: House,  # noqa: F811
    shop: Site,  # noqa: F811
    ada: Person,
) -> None:
    telling.webhooks.add(shop, "https://hooks.example/", "generic", EVENTS, "whsec_eA==", "ada")
    with pytest.raises(NotFound):
        hand_over(shop, "conversation-9", "sam@mail.example", "", telling)
    handoff = wish_of(telling, shop)
    (parcel,) = telling.webhooks.take_due(9, telling.time() + timedelta(minutes=1))
    assert parcel.delivery.event == "handoff.requested"
    assert parcel.told["details"] == {
        "handoff": handoff.id,
        "conversation": TALK,
        "email": "sam@mail.example",
        "note": "The zip sticks.",
        "question": "Where is my parcel?",
    }


def test_an_answer_goes_by_mail_stands_in_the_conversation_and_closes_the_wish(
    telling: House,  # noqa: F811
    shop: Site,  # noqa: F811
    ada: Person,
    box: Postbox,  # noqa: F811
    clock: HeldClock,
) -> None:
    handoff = wish_of(telling, shop)
    clock.wait(240)
    for _ in range(2):  # pressed twice
        answer_by_mail(shop, handoff, "  Send it to us, we mend it.  ", ada, telling)
    mail_due(telling)
    (letter,) = box.to("sam@mail.example")
    assert "Ada L. of Tea Shop answers you:\n\nSend it to us, we mend it." in letter.get_content()
    assert "https://tea.example/#deskbell" in letter.get_content()
    assert [(each.kind, each.text) for each in telling.live.events(shop, TALK)] == [
        ("message", "Send it to us, we mend it.")
    ]
    (settled,) = telling.book.handoffs(shop, "answered")
    assert settled.answered_by == "ada@shop.example"
    assert telling.book.answer_times(shop, telling.time() - timedelta(days=1)) == [240.0]
    for empty in ("", "   ", "x" * 5_000):
        with pytest.raises(InvalidRequest):
            answer_by_mail(shop, handoff, empty, ada, telling)


def test_a_correction_reaches_whoever_left_an_address_after_a_while(
    telling: House,  # noqa: F811
    shop: Site,  # noqa: F811
    ada: Person,
    box: Postbox,  # noqa: F811
    clock: HeldClock,
) -> None:
    wish_of(telling, shop)
    assert len(tell_visitor(shop, "turn-1", "It comes on Friday.", "Ada L.", telling)) == 1
    mail_due(telling)
    assert box.to("sam@mail.example") == []
    clock.wait(301)
    mail_due(telling)
    (letter,) = box.to("sam@mail.example")
    assert "It comes on Friday." in letter.get_content()
    with pytest.raises(NotFound):
        tell_visitor(shop, "turn-9", "x", "Ada L.", telling)


def test_a_correction_that_is_taken_back_at_once_is_not_mailed(
    telling: House,  # noqa: F811
    shop: Site,  # noqa: F811
    ada: Person,
    box: Postbox,  # noqa: F811
    clock: HeldClock,
) -> None:
    wish_of(telling, shop)
    letters = tell_visitor(shop, "turn-1", "It comes on Friday.", "Ada L.", telling)
    untell_visitor(shop, "turn-1", letters, telling)
    clock.wait(301)
    mail_due(telling)
    assert box.to("sam@mail.example") == []
    assert [(each.kind, each.after, each.text) for each in telling.live.events(shop, TALK)] == [
        ("correction", "turn-1", "It comes on Friday."),
        ("correction", "turn-1", ""),
    ]


def test_what_waits_to_be_told_of_an_erased_conversation_is_gone(
    telling: House,  # noqa: F811
    shop: Site,  # noqa: F811
    ada: Person,
    box: Postbox,  # noqa: F811
) -> None:
    telling.webhooks.add(shop, "https://hooks.example/", "generic", EVENTS, "whsec_eA==", "ada")
    wish_of(telling, shop)
    telling.book.erase_conversation(shop, TALK)
    mail_due(telling)
    assert box.letters == []
    assert telling.webhooks.take_due(9, telling.time() + timedelta(minutes=1)) == []
