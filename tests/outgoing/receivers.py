"""Those to whom things go out: a web server that is told of events, and a mail server; both real, on loopback."""

from __future__ import annotations

import contextlib
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509

from backend.domain.outgoing import MailServer
from backend.network.public import Permitted

WAIT_S = 20.0


@dataclass
class Heard:
    """One request that a receiver heard."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A web server that hears events; `answers` are (status, headers, body) of the next requests, then 204."""

    port: int
    heard: list[Heard] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?room=1"

    @property
    def permitted(self) -> Permitted:
        return Permitted("127.0.0.1", self.port)


@contextlib.contextmanager
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.heard.append(Heard(self.path, dict(self.headers.items()), body))
            status, headers, said = heard.answers.pop(0) if heard.answers else (204, {}, b"")
            self.send_response(status)
            for name, value in {"Content-Length": str(len(said)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_said: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard = Receiver(server.server_address[1])
    serving = threading.Thread(target=server.serve_forever, args=(0.01,))
    serving.start()
    try:
        yield heard
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


@dataclass
class Postbox:
    """A mail server; `refusals` are what it says to the next letters instead of taking them."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    connections: int = 0
    logins: int = 0

    def server(self, **changes: Any) -> MailServer:
        told = {"security": "none", "user": "", "password": "", "sender": "help@deskbell.example", **changes}
        return MailServer("127.0.0.1", self.port, **told)

    def to(self, address: str) -> list[EmailMessage]:
        return [each for each in self.letters if each["To"] == address]

    def wait_for(self, address: str, count: int = 1) -> EmailMessage:
        """Return the letter to this address that comes as the `count`th."""
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            if len(found := self.to(address)) >= count:
                return found[count - 1]
            time.sleep(0.05)
        raise AssertionError(f"no letter {count} to {address}; there are {[each['To'] for each in self.letters]}")

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: Any) -> str:  # noqa: N802
        if self.refusals:
            return self.refusals.pop(0)
        self.letters.append(
            message_from_bytes(envelope.content.replace(b"\r\n", b"\n"), EmailMessage, policy=policy.default)
        )
        return "250 taken"

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Any, _envelope: object, hostname: str, answers: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return answers


@contextlib.contextmanager
def postbox(
    *, context: ssl.SSLContext | None = None, is_tls: bool = False, login: tuple[str, str] | None = None
) -> Iterator[Postbox]:
    """Run a mail server; with a context it wants TLS, from the start or by STARTTLS."""
    box = Postbox()

    def knows(_server: object, _session: object, _envelope: object, _kind: object, given: Any) -> AuthResult:
        box.logins += 1
        is_right = isinstance(given, LoginPassword) and (given.login, given.password) == tuple(
            each.encode() for each in login or ()
        )
        return AuthResult(success=is_right)

    options: dict[str, Any] = {
        "hostname": "127.0.0.1",
        "port": 0,
        "authenticator": knows,
        "auth_required": bool(login) and not is_tls,
    }
    if context and is_tls:
        options |= {"ssl_context": context, "auth_require_tls": False}
    elif context:
        options |= {"tls_context": context, "require_starttls": True}
    controller = Bound(box, **options)
    controller.start()
    box.port = controller.server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        controller.stop()


class Bound(Controller):
    """A controller that takes any free port."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server on 127.0.0.1 shows, and what believes it."""
    import datetime
    import ipaddress

    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(True, 0), True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(pem + private)
    showing = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    showing.load_cert_chain(folder / "server.pem")
    return showing, ssl.create_default_context(cadata=pem.decode())
