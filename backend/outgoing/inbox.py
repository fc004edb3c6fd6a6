"""The inbox to which visitors answer our letters, looked into over IMAP: each unread mail once, certificates checked.

A mail is marked as read once it has been taken; where that breaks off, it is taken again the next time, and whoever
takes it must not mind.
"""

from __future__ import annotations

import contextlib
import imaplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from backend.domain.outgoing import InboxServer

MOST_AT_ONCE = 50  # mails
MOST_BYTES = 2_000_000  # of one mail; a longer one is cut, and what stands at its end is an attachment


class InboxAway(Exception):
    """The inbox cannot be looked into now; says why."""


@dataclass(frozen=True)
class ImapInbox:
    """Implements Inbox. `context` is for tests: whose certificates count."""

    server: InboxServer
    timeout_s: float = 20.0
    context: ssl.SSLContext | None = None

    def take(self, heard: Callable[[bytes], None]) -> int:
        """Hand over each unread mail, the oldest first; return how many. Raise InboxAway where it cannot be reached."""
        try:
            connection = self._connected()
            try:
                return self._take_from(connection, heard)
            finally:
                with contextlib.suppress(imaplib.IMAP4.error, OSError):
                    connection.logout()
                with contextlib.suppress(OSError):
                    connection.shutdown()
        except (imaplib.IMAP4.error, OSError, EOFError) as problem:
            raise InboxAway(str(problem)[:200] or type(problem).__name__) from problem

    def _take_from(self, connection: imaplib.IMAP4, heard: Callable[[bytes], None]) -> int:
        connection.login(self.server.user, self.server.password)
        kind, said = connection.select(f'"{self.server.folder}"')
        if kind != "OK":
            raise InboxAway(f"the folder {self.server.folder!r} cannot be opened: {said!r}"[:200])
        _, found = connection.uid("SEARCH", "UNSEEN")
        numbers = (found[0] or b"").split()[:MOST_AT_ONCE]
        for number in numbers:
            _, parts = connection.uid("FETCH", number.decode(), f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
            for part in parts:
                if isinstance(part, tuple):
                    heard(part[1])
            connection.uid("STORE", number.decode(), "+FLAGS", "(\\Seen)")
        return len(numbers)

    def _connected(self) -> imaplib.IMAP4:
        server, context = self.server, self.context or ssl.create_default_context()
        if server.security == "tls":
            return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=self.timeout_s)
        connection = imaplib.IMAP4(server.host, server.port, timeout=self.timeout_s)
        if server.security == "starttls":
            connection.starttls(ssl_context=context)
        return connection
