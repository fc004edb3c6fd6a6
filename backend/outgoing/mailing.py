"""Letters are handed in at a mail server: one connection for many, certificates checked, no header forged.

Rules: a refusal for now (4xx) may pass, one for good (5xx) does not; every letter says that a program wrote it, so that
no other program answers; the id of a letter is the same at every try.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from backend.domain.one_line import in_one_line
from backend.domain.outgoing import Letter, MailServer, Tried
from backend.outgoing.rules import Rules

LONGEST_SUBJECT = 120
LONGEST_NAME = 60
FOR_GOOD = 500


@dataclass(frozen=True)
class SmtpMailer:
    """Implements Mailer. `context` is for tests: whose certificates count."""

    server: MailServer
    rules: Rules
    context: ssl.SSLContext | None = None

    def send(self, letters: Sequence[Letter], settle: Callable[[Letter, Tried], None]) -> None:
        left = list(letters)
        try:
            with self._connected() as connection:
                while left:
                    settle(left[0], self._hand_in(connection, left[0]))
                    left.pop(0)
        except (smtplib.SMTPException, OSError) as problem:
            for letter in left:
                settle(letter, Tried(False, _named(problem)))

    def _hand_in(self, connection: smtplib.SMTP, letter: Letter) -> Tried:
        try:
            connection.send_message(written(letter, self.server.sender))
        except smtplib.SMTPRecipientsRefused as refused:
            code, said = next(iter(refused.recipients.values()))
            return _refused(code, said)
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPResponseException as refused:
            return _refused(refused.smtp_code, refused.smtp_error)
        except (smtplib.SMTPNotSupportedError, ValueError) as problem:  # an address that this server cannot take
            return Tried(False, _named(problem), may_pass=False)
        return Tried(True)

    def _connected(self) -> AbstractContextManager[smtplib.SMTP]:
        server, context = self.server, self.context or ssl.create_default_context()
        if server.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self.rules.mail_s, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self.rules.mail_s)
        if server.security == "starttls":
            connection.starttls(context=context)  # without a context no certificate would be checked
        if server.user:
            connection.login(server.user, server.password)
        return connection


def written(letter: Letter, sender: str) -> EmailMessage:
    """Return a letter as it goes over the wire. Nothing that a stranger wrote can add a header to it."""
    name, _, host = sender.rpartition("@")
    message = EmailMessage()
    message["From"] = Address(in_one_line(letter.name, LONGEST_NAME), name, host)
    message["To"] = letter.to
    message["Subject"] = in_one_line(letter.subject, LONGEST_SUBJECT)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = message_id(letter.id, host)
    message["Auto-Submitted"] = "auto-generated"
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    if letter.thread:
        ids = [message_id(each, host) for each in letter.thread]
        message["In-Reply-To"] = ids[-1]
        message["References"] = " ".join(ids)
    message.set_content(letter.text)
    return message


def message_id(letter: str, host: str) -> str:
    return f"<{letter}@{host}>"


def _refused(code: int, said: bytes | str) -> Tried:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return Tried(False, f"{code} {text}"[:400], status=code, may_pass=code < FOR_GOOD)


def _named(problem: BaseException) -> str:
    return str(problem)[:400] or type(problem).__name__
