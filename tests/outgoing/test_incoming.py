"""Of a mail that came in, only what its writer added is read, and none that a program wrote."""

from __future__ import annotations

import time

import pytest

from backend.outgoing.incoming import new_words, read_mail

HEAD = b"From: Sam <Sam@Mail.example>\r\nTo: help+abc.0123@deskbell.example\r\n"


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Thank you!", "Thank you!"),
        ("Yes.\n\nOn Mon, 4 May 2026 at 12:00, Tea Shop <help@deskbell.example> wrote:\n> Is it new?", "Yes."),
        ("Yes.\n\nOn Mon, 4 May 2026 at 12:00, Tea Shop\n<help@deskbell.example> wrote:\n\n> Is it new?", "Yes."),
        ("Ja.\r\n\r\nAm 04.05.2026 um 12:00 schrieb Tea Shop:\r\n> Ist es neu?", "Ja."),
        ("Oui.\n\nLe lun. 4 mai 2026 à 12:00, Tea Shop a écrit :\n> C'est neuf ?", "Oui."),
        ("Yes.\n\n-----Original Message-----\nFrom: Tea Shop\nIs it new?", "Yes."),
        ("Yes.\n________________________________\nFrom: Tea Shop", "Yes."),
        ("Yes.\n-- \nSam\nThe Company", "Yes."),
        ("> Is it new?\nYes.\n> And dry?\nNo.", "Yes.\nNo."),
        ("On Monday it was wet.\nWhat now?", "On Monday it was wet.\nWhat now?"),
        ("\u202eYes\u200b.", "Yes."),
    ],
)
def test_what_is_quoted_is_left_out(text: str, new: str) -> None:
    assert new_words(text) == new


def test_a_mail_of_parts_in_parts_is_none() -> None:
    opens = "".join(f'Content-Type: multipart/mixed; boundary="b{each}"\r\n\r\n--b{each}\r\n' for each in range(5_000))
    mail = read_mail(HEAD + opens.encode() + b"Content-Type: text/plain\r\n\r\nYes.")
    assert mail is None or mail.text == ""


def test_a_mail_is_read_with_its_sender_and_all_to_whom_it_went() -> None:
    mail = read_mail(HEAD + b"Cc: Team <team@shop.example>\r\nDelivered-To: help@deskbell.example\r\n\r\nYes.")
    assert mail is not None
    assert (mail.sender, mail.text, mail.is_automatic) == ("sam@mail.example", "Yes.", False)
    assert set(mail.recipients) == {"help+abc.0123@deskbell.example", "team@shop.example", "help@deskbell.example"}


def test_of_a_mail_with_two_forms_the_plain_one_is_read_and_of_html_its_words() -> None:
    both = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n--b\r\n"
        b"Content-Type: text/html\r\n\r\n<p>Other</p>\r\n--b--\r\n"
    )
    html = (
        b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<style>p{}</style><p>Yes &amp; no</p><script>alert(1)</script><blockquote>Old<blockquote>Older</blockquote>"
        b"</blockquote>"
    )
    for raw, text in ((both, "Grüße"), (html, "Yes & no")):
        mail = read_mail(HEAD + raw)
        assert mail is not None
        assert mail.text == text


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: auto-replied", "Precedence: bulk", "Return-Path: <>", "List-Id: <x.example>"]
)
def test_what_a_program_wrote_is_told_apart(header: str) -> None:
    mail = read_mail(HEAD + header.encode() + b"\r\n\r\nI am away.")
    assert mail is not None
    assert mail.is_automatic


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"From: \r\n\r\n",
        b"From: a@b.example, c@d.example\r\n\r\nTwo senders",
        b"From: =?utf-8?b?////?= <a@b.example>\r\nContent-Type: text/plain; charset=nothing\r\n\r\nHi",
        HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x",
        HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n%%%%",
    ],
)
def test_broken_mails_do_no_harm(raw: bytes) -> None:
    mail = read_mail(raw)
    assert mail is None or mail.sender in ("", "sam@mail.example", "a@b.example")


def test_a_long_hostile_mail_takes_no_longer_than_its_length() -> None:
    hostile = ("On " + "a " * 300 + "\n") * 2_000
    began = time.process_time()
    read_mail(HEAD + b"\r\n" + hostile.encode())
    assert time.process_time() - began < 10
