"""Letters are handed in at a real mail server: encrypted where it can be, with headers that nobody forges."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backend.domain.outgoing import Letter, MailServer, Tried
from backend.outgoing.mailing import SmtpMailer
from backend.outgoing.rules import read_rules
from tests.outgoing.receivers import certificate, postbox

LETTER = Letter("a1b2", "ada@shop.example", "Your question", "Grüße!\n", "Tea Shop", "answer")


def send(server: MailServer, *letters: Letter, context: object = None) -> dict[str, Tried]:
    came: dict[str, Tried] = {}
    mailer = SmtpMailer(server, read_rules(), context)  # type: ignore[arg-type]
    mailer.send(letters, lambda letter, tried: came.update({letter.id: tried}))
    return came


def test_a_letter_says_who_wrote_it_and_that_a_program_did() -> None:
    with postbox() as box:
        answered = replace(LETTER, reply_to="team@shop.example", thread=("first", "second"))
        assert send(box.server(), answered)["a1b2"].has_arrived
    (letter,) = box.letters
    assert letter["From"] == "Tea Shop <help@deskbell.example>"
    assert letter["Message-ID"] == "<a1b2@deskbell.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Reply-To"] == "team@shop.example"
    assert letter["In-Reply-To"] == "<second@deskbell.example>"
    assert letter["References"] == "<first@deskbell.example> <second@deskbell.example>"
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content() == "Grüße!\n"


def test_no_header_can_be_put_in_by_what_a_stranger_wrote() -> None:
    hostile = "Hello\r\nBcc: everybody@shop.example\r\n\r\nNew body"
    with postbox() as box:
        send(box.server(), replace(LETTER, subject=hostile, name=hostile))
    (letter,) = box.letters
    assert letter["Bcc"] is None
    assert letter.get_content() == "Grüße!\n"
    assert "Hello Bcc: everybody@shop.example" in letter["Subject"]


def test_many_letters_go_over_one_connection_and_one_refusal_holds_up_no_other() -> None:
    with postbox() as box:
        box.refusals += ["550 no such box", "451 come back later"]
        came = send(box.server(), *(replace(LETTER, id=name) for name in ("gone", "busy", "fine")))
        assert box.connections == 1
    assert (came["gone"].has_arrived, came["gone"].may_pass) == (False, False)
    assert (came["busy"].has_arrived, came["busy"].may_pass, came["busy"].status) == (False, True, 451)
    assert came["fine"].has_arrived


def test_a_server_that_is_away_is_tried_again() -> None:
    with postbox() as box:
        server = box.server()
    came = send(server, LETTER, replace(LETTER, id="other"))
    assert [(tried.has_arrived, tried.may_pass) for tried in came.values()] == [(False, True)] * 2


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_letters_and_the_password_are_encrypted(tmp_path: Path, security: str) -> None:
    shows, believes = certificate(tmp_path)
    with postbox(context=shows, is_tls=security == "tls", login=("desk", "bell")) as box:
        server = box.server(security=security, user="desk", password="bell")
        assert send(server, LETTER, context=believes)["a1b2"].has_arrived
        assert (len(box.letters), box.logins) == (1, 1)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_gets_no_letter(tmp_path: Path, security: str) -> None:
    shows, _ = certificate(tmp_path)
    with postbox(context=shows, is_tls=security == "tls") as box:
        tried = send(box.server(security=security), LETTER)["a1b2"]
        assert not tried.has_arrived
        assert "certificate" in tried.said.lower()
        assert box.letters == []
