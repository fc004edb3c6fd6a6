"""A small IMAP server on loopback, as far as a client needs it that looks for unread mails and marks them as read."""

from __future__ import annotations

import contextlib
import re
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from backend.domain.outgoing import InboxServer

PASSWORD = "secret"
LINE = re.compile(rb"(\S+) (?:UID )?(\w+)(?: (.*))?")


@dataclass
class Mailbox:
    """The mails of one account, and the ids of those that were read. `breaks` ends the connection at a FETCH."""

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    breaks: bool = False

    def server(self, password: str = PASSWORD) -> InboxServer:
        return InboxServer("127.0.0.1", self.port, "none", "help", password)

    @property
    def unread(self) -> list[int]:
        return [number for number in range(1, len(self.mails) + 1) if number not in self.seen]


class Talk(socketserver.StreamRequestHandler):
    """One client's connection."""

    box: Mailbox

    def handle(self) -> None:
        self.say(b"* OK ready")
        while line := self.rfile.readline().strip():
            found = LINE.fullmatch(line)
            assert found, line
            tag, verb, rest = found[1], found[2].upper().decode(), found[3] or b""
            answer = getattr(self, f"on_{verb.lower()}", None)
            if answer is None or answer(rest) is False:
                self.say(tag + b" NO not so")
            elif self.box.breaks and verb == "FETCH":
                return
            else:
                self.say(tag + b" OK done")

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def on_capability(self, _rest: bytes) -> None:
        self.say(b"* CAPABILITY IMAP4rev1")

    def on_login(self, rest: bytes) -> bool:
        return rest == b'help "secret"'

    def on_select(self, rest: bytes) -> bool:
        self.say(b"* %d EXISTS" % len(self.box.mails))
        return rest == b'"INBOX"'

    def on_search(self, _rest: bytes) -> None:
        self.say(b"* SEARCH " + b" ".join(b"%d" % each for each in self.box.unread))

    def on_fetch(self, rest: bytes) -> None:
        number = int(rest.split()[0])
        if self.box.breaks:
            return
        mail = self.box.mails[number - 1]
        self.say(b"* %d FETCH (UID %d BODY[]<0> {%d}" % (number, number, len(mail)))
        self.wfile.write(mail + b")\r\n")

    def on_store(self, rest: bytes) -> None:
        assert rest.endswith(b"+FLAGS (\\Seen)"), rest
        self.box.seen.add(int(rest.split()[0]))

    def on_logout(self, _rest: bytes) -> None:
        self.say(b"* BYE")


@contextlib.contextmanager
def imap_server() -> Iterator[Mailbox]:
    box = Mailbox()
    handler = type("OneBox", (Talk,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield box
        finally:
            server.shutdown()
            serving.join()
