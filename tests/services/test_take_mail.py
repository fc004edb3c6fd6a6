"""What a visitor answers by mail stands in the conversation, and the team is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.app import House
from backend.domain.accounts import Roles
from backend.domain.site import Site, SiteSettings
from backend.services.answer_by_mail import answer_by_mail
from backend.services.send_due import mail_due
from backend.services.take_mail import take_mail
from backend.settings import read_settings
from tests.contracts.items import doubt
from tests.databases import make_tables
from tests.outgoing.imap_server import Mailbox, imap_server
from tests.outgoing.receivers import Postbox, postbox

SAM, EVE = "sam@mail.example", "eve@mail.example"
TALK = "conversation-1"


@pytest.fixture
def inbox() -> Iterator[Mailbox]:
    with imap_server() as box:
        yield box


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, inbox: Mailbox, box: Postbox) -> Iterator[House]:
    """A product whose letters go out at one real server, and whose answers come in at another."""
    environment = {
        "MODEL_PROVIDER": "embedded",
        "DESKBELL_SMTP_URL": f"smtp://127.0.0.1:{box.port}",
        "DESKBELL_MAIL_FROM": "help@deskbell.example",
        "DESKBELL_IMAP_URL": f"imap://help:secret@127.0.0.1:{inbox.port}",
    }
    house = House(read_settings(environment, tmp_path))
    make_tables(house.settings.database_url)
    yield house
    house.close()


@pytest.fixture
def site(house: House) -> Site:
    return house.sites.create(SiteSettings("Shop", ("https://shop.example",)))


def answered(house: House, site: Site, box: Postbox) -> str:
    """A visitor asked for a person and got an answer by mail; return where it can be answered."""
    doubt(house.store, site, "Is it new?", conversation=TALK)
    house.book.hand_over(site, TALK, SAM, "")
    person = house.people.add("mk@shop.example", "Mara", Roles("owner"))
    assert person is not None
    answer_by_mail(site, house.book.handoffs(site)[0], "Yes, it is.", person, house)
    mail_due(house)
    return str(box.to(SAM)[0]["Reply-To"])


def mail(to: str, text: str = "And dry?", sender: str = SAM, more: str = "") -> bytes:
    quoted = "On Mon, 4 May 2026, Shop <help@deskbell.example> wrote:\r\n> Yes, it is."
    return f"From: {sender}\r\nTo: {to}\r\n{more}Subject: Re: x\r\n\r\n{text}\r\n\r\n{quoted}\r\n".encode()


def asked(house: House, site: Site) -> list[tuple[str, str]]:
    return [(turn.question, turn.status) for turn in house.book.conversation(site, TALK)]


def test_an_answer_by_mail_comes_back_into_the_conversation(
    house: House, site: Site, box: Postbox, inbox: Mailbox
) -> None:
    address = answered(house, site, box)
    assert address.startswith("help+")
    inbox.mails.append(mail(address))
    assert take_mail(house) == 1
    assert asked(house, site)[-1] == ("And dry?", "for_person")
    waiting = house.book.handoffs(site, "open")
    assert [(each.conversation, each.email) for each in waiting] == [(TALK, SAM)]
    mail_due(house)
    letter = box.to("mk@shop.example")[-1]
    assert "And dry?" in letter.get_content()
    assert take_mail(house) == 0
    assert len(asked(house, site)) == 2


def test_what_no_question_may_bring_in_is_hidden_in_a_mail_too(
    house: House, site: Site, box: Postbox, inbox: Mailbox
) -> None:
    inbox.mails.append(mail(answered(house, site, box), "Charge 4111 1111 1111 1111, or call +1 415 555 0132."))
    assert take_mail(house) == 1
    (said, _) = asked(house, site)[-1]
    assert "4111" not in said
    assert "415" not in said
    assert said.startswith("Charge [")


def test_a_mail_that_is_taken_twice_is_there_once(house: House, site: Site, box: Postbox, inbox: Mailbox) -> None:
    address = answered(house, site, box)
    inbox.mails += [mail(address), mail(address)]
    assert take_mail(house) == 1
    assert len(asked(house, site)) == 2


def test_strangers_programs_and_other_conversations_are_not_heard(
    house: House, site: Site, box: Postbox, inbox: Mailbox
) -> None:
    address = answered(house, site, box)
    inbox.mails += [
        mail(address, sender=EVE),
        mail("help@deskbell.example"),
        mail(address.replace("+", "+a")),
        mail(address, more="Auto-Submitted: auto-replied\r\n"),
        mail(address, text=""),
        b"\xff\x00",
    ]
    assert take_mail(house) == 0
    assert len(asked(house, site)) == 1
    assert inbox.unread == []


def test_a_conversation_that_was_erased_takes_no_mail(house: House, site: Site, box: Postbox, inbox: Mailbox) -> None:
    address = answered(house, site, box)
    house.book.erase_conversation(site, TALK)
    inbox.mails.append(mail(address))
    assert take_mail(house) == 0


def test_an_inbox_that_is_away_holds_up_nothing(house: House, inbox: Mailbox) -> None:
    inbox.breaks = True
    inbox.mails.append(b"x")
    assert take_mail(house) == 0


def test_without_an_inbox_answers_go_to_the_team(tmp_path: Path) -> None:
    house = House(read_settings({"MODEL_PROVIDER": "embedded"}, tmp_path))
    assert (house.inbox, house.reply_address(TALK), take_mail(house)) == (None, "", 0)
