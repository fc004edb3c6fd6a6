"""A mail that came in: who wrote it, to whom, and what is new in it.

Rules: a mail that a program wrote is never answered, and never heard; of an answer only what its writer added counts,
not the letter that is quoted below it; reading takes time that grows with a mail's length and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser

from backend.domain.one_line import UNSEEN

ADDRESSED = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
BREAKS = frozenset({"br", "p", "div", "li", "tr", "blockquote"})
# Where the letter begins that was answered, in the words of the usual programs; a line alone.
QUOTED_FROM = re.compile(
    r"(?:-{2,} ?(?:Original|Ursprüngliche|Forwarded|Weitergeleitete)\b|_{10,}$|From: |Von: |De ?: "
    r"|On .{4,200} wrote:$|Am .{4,200} schrieb.{0,200}:$|Le .{4,200} a écrit ?:$|El .{4,200} escribió:$"
    r"|Il .{4,200} ha scritto:$)"
)
SIGNATURE = "--"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail as far as it concerns us. `is_automatic` where a program wrote it."""

    sender: str
    recipients: tuple[str, ...]
    text: str
    is_automatic: bool


def read_mail(raw: bytes) -> Incoming | None:
    """Return a mail; None for bytes that are none."""
    try:
        message = message_from_bytes(raw, EmailMessage, policy=policy.default)
        senders = getaddresses([str(each) for each in message.get_all("From", [])])
        named = [str(each) for name in ADDRESSED for each in message.get_all(name, [])]
        text = new_words(text_of(message))
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return None  # the library raises all of these for hostile headers, and for parts in parts in parts
    sender = senders[0][1].lower() if len(senders) == 1 else ""
    recipients = tuple(address.lower() for _, address in getaddresses(named))
    return Incoming(sender, recipients, text, is_automatic(message))


def is_automatic(message: EmailMessage) -> bool:
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    bounce = str(message.get("Return-Path", "")).strip() == "<>"
    return submitted != "no" or precedence in BULK or bounce or "List-Id" in message


def text_of(message: EmailMessage) -> str:
    """Return the words of a mail; of one that is only HTML, its text."""
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    content = str(body.get_content())
    return plain_of(content) if body.get_content_type() == "text/html" else content


def new_words(text: str) -> str:
    """Return what the writer added: without what is quoted, and without the signature."""
    kept = list(_until_quoted(text.replace("\r\n", "\n").split("\n")))
    return UNSEEN.sub("", "\n".join(kept)).strip()


def _until_quoted(lines: list[str]) -> Iterator[str]:
    for at, line in enumerate(lines):
        said = line.strip()
        following = lines[at + 1].strip() if at + 1 < len(lines) else ""
        if said == SIGNATURE or QUOTED_FROM.match(said) or QUOTED_FROM.match(f"{said} {following}"[:500]):
            return
        if not said.startswith(">"):
            yield line.rstrip()


class _Words(HTMLParser):
    """Collects the text of a page; what is quoted or hidden in it is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in ("blockquote", "style", "script", "head") and (not self._skipped or self._skipped[0] == tag):
            self._skipped.append(tag)
        elif tag in BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._skipped and self._skipped[0] == tag:
            self._skipped.pop()

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.pieces.append(data)


def plain_of(html: str) -> str:
    words = _Words()
    words.feed(html)
    words.close()
    return "".join(words.pieces)
