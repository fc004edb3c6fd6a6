"""Mails are looked up in an inbox over IMAP: each once, and none is lost where it breaks off."""

from __future__ import annotations

import pytest

from backend.outgoing.inbox import ImapInbox, InboxAway
from tests.outgoing.imap_server import imap_server


def test_each_unread_mail_is_handed_over_once() -> None:
    with imap_server() as box:
        box.mails += [b"Subject: one\r\n\r\nOne", b"Subject: two\r\n\r\nTwo"]
        heard: list[bytes] = []
        inbox = ImapInbox(box.server())
        assert inbox.take(heard.append) == 2
        assert heard == box.mails
        assert inbox.take(heard.append) == 0
        box.mails.append(b"Subject: three\r\n\r\nThree")
        assert inbox.take(heard.append) == 1
        assert heard[-1] == box.mails[-1]


def test_a_mail_that_could_not_be_taken_waits_for_the_next_time() -> None:
    with imap_server() as box:
        box.mails.append(b"Subject: one\r\n\r\nOne")
        inbox = ImapInbox(box.server())

        def refuse(_raw: bytes) -> None:
            raise OSError("the database is away")

        with pytest.raises(InboxAway):
            inbox.take(refuse)
        box.breaks = True
        with pytest.raises(InboxAway):
            inbox.take(lambda _raw: None)
        box.breaks = False
        heard: list[bytes] = []
        assert inbox.take(heard.append) == 1
        assert heard == box.mails


def test_an_inbox_that_is_away_or_refuses_us_says_so() -> None:
    with imap_server() as box:
        with pytest.raises(InboxAway):
            ImapInbox(box.server(password="wrong")).take(lambda _raw: None)
        server = box.server()
    with pytest.raises(InboxAway):
        ImapInbox(server, timeout_s=1.0).take(lambda _raw: None)
