"""The small HTTP transport, over TLS as well: whole bodies at any cut, and no connection used in a wrong state."""

from __future__ import annotations

import datetime
import ipaddress
import select
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backend.providers.transport import StreamTransport

Say = Callable[[socket.socket, int], None]


def serve(say: Say, context: ssl.SSLContext | None = None) -> tuple[str, socket.socket]:
    """Answer each request on each connection by `say(connection, number of the request on it)`."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk(connection: socket.socket) -> None:
        with connection:
            number = 0
            while True:
                request = b""
                while b"\r\n\r\n" not in request:
                    received = connection.recv(65536)
                    if not received:
                        return
                    request += received
                number += 1
                try:
                    say(connection, number)
                except ConnectionAbortedError:
                    return

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
                if context:
                    connection = context.wrap_socket(connection, server_side=True)
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return f"{'https' if context else 'http'}://127.0.0.1:{listener.getsockname()[1]}", listener


def chunked(connection: socket.socket, pieces: list[bytes], size: int) -> None:
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    message = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + body
    for at in range(0, len(message), size):
        connection.sendall(message[at : at + size])


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate of its own, and a client's context that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
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
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))


@pytest.mark.parametrize("size", [1, 2, 7, 65536])
@pytest.mark.parametrize("is_secure", [False, True])
def test_a_body_arrives_whole_at_every_cut(
    size: int, is_secure: bool, certificate: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server, client_context = certificate
    pieces = [b"one", b"two" * 100, b"\xff\x00"]
    url, listener = serve(lambda connection, _: chunked(connection, pieces, size), server if is_secure else None)
    with listener, httpx2.Client(transport=StreamTransport(verify=client_context)) as client:
        for _ in range(3):
            assert client.get(url).content == b"".join(pieces)
        idle = client._transport._idle.values()
        assert sum(len(kept) for kept in idle) == 1


def test_paced_reads_over_tls_fall_behind_by_no_more_than_the_pace(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    """One read of TLS gives one record: without draining, each record would cost a pause of its own."""
    server, client_context = certificate
    pieces = [b"%03d" % number for number in range(200)]
    url, listener = serve(lambda connection, _: chunked(connection, pieces, 8), server)
    with listener, httpx2.Client(transport=StreamTransport(verify=client_context)) as client:
        reads = 0
        with client.stream("GET", url) as response:
            response.extensions["pace"].seconds = 0.02
            body = b""
            for chunk in response.iter_raw():
                body, reads = body + chunk, reads + 1
        assert body == b"".join(pieces)
        assert reads < len(pieces) / 2


def test_a_connection_that_the_server_closed_is_not_used_again() -> None:
    def once(connection: socket.socket, number: int) -> None:
        chunked(connection, [b"hello"], 65536)
        raise ConnectionAbortedError

    url, listener = serve(once)
    with listener, httpx2.Client(transport=StreamTransport()) as client:
        for _ in range(3):
            assert client.get(url).content == b"hello"
            kept = [connection for idle in client._transport._idle.values() for connection in idle]
            select.select([connection.socket for connection in kept], [], [], 5)  # its good-bye has arrived


def test_a_body_that_is_left_halfway_closes_its_connection() -> None:
    begun = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"
    url, listener = serve(lambda connection, _: connection.sendall(begun))
    with listener, httpx2.Client(transport=StreamTransport()) as client:
        with client.stream("GET", url) as response:
            next(response.iter_raw())
        assert not any(client._transport._idle.values())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", httpx2.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort", httpx2.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel", httpx2.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", httpx2.RemoteProtocolError),
        (b"SSH-2.0-OpenSSH\r\n\r\n", httpx2.RemoteProtocolError),
    ],
)
def test_a_broken_answer_is_an_error_and_never_a_whole_one(answer: bytes, error: type[Exception]) -> None:
    def break_off(connection: socket.socket, number: int) -> None:
        connection.sendall(answer)
        raise ConnectionAbortedError

    url, listener = serve(break_off)
    with listener, httpx2.Client(transport=StreamTransport()) as client, pytest.raises(error):
        client.get(url)


def test_a_silent_server_is_a_time_out() -> None:
    url, listener = serve(lambda *_: None)
    client = httpx2.Client(transport=StreamTransport(), timeout=0.2)
    with listener, client, pytest.raises(httpx2.ReadTimeout):
        client.get(url)


# the events inside
