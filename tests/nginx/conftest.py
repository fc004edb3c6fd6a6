"""The shipped nginx.conf in a real nginx: on free ports, with a certificate made for the run, in front of anything."""

from __future__ import annotations

import datetime
import ipaddress
import os
import re
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers import free_port

SHIPPED = Path(__file__).parents[2] / "nginx.conf"
READY_WITHIN_S = 10
FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Proxy:
    """A running nginx: where it listens, and the certificate that it is believed by."""

    https: str
    http: str
    certificate: Path
    access_log: Path

    def curl(self, path: str, *arguments: str) -> list[str]:
        """Return a curl command for this path over HTTP/2; what it prints is not held back."""
        always = ["curl", "--silent", "--show-error", "--http2", "--no-buffer", "--max-time", "20"]
        return [*always, "--cacert", str(self.certificate), *arguments, self.https + path]

    def get(self, path: str, *arguments: str) -> str:
        """Return what curl prints: headers and body with `-i`."""
        done = subprocess.run(self.curl(path, *arguments), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("certificate"))


def write_certificate(folder: Path) -> Path:
    """Write a self-signed certificate for 127.0.0.1, its key beside it; return the certificate's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Deskbell tests")])
    now = datetime.datetime.now(datetime.UTC)
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(addresses, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "certificate.pem"


@pytest.fixture
def start_nginx(certificate: Path, tmp_path: Path) -> Iterator[Callable[[int], Proxy]]:
    """Starts the shipped configuration in front of a port; ends what it started."""
    skip_without_nginx()
    with ExitStack() as running:
        yield lambda upstream_port: running.enter_context(nginx_before(upstream_port, certificate, tmp_path))


def skip_without_nginx() -> None:
    for program in ("nginx", "curl"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (Debian: apt-get install {program})")


@contextmanager
def nginx_before(upstream_port: int, certificate: Path, folder: Path) -> Iterator[Proxy]:
    https_port, http_port = free_port(), free_port()
    config = folder / "nginx.conf"
    config.write_text(here(SHIPPED.read_text(), folder, certificate, upstream_port, https_port, http_port))
    command = ["nginx", "-c", str(config), "-g", "daemon off;"]
    with open(folder / "nginx.out", "wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as nginx:
        try:
            proxy = Proxy(
                f"https://127.0.0.1:{https_port}",
                f"http://127.0.0.1:{http_port}",
                certificate,
                folder / "access.log",
            )
            wait_until_it_answers(proxy, nginx, folder)
            yield proxy
        finally:
            nginx.terminate()


def here(shipped: str, folder: Path, certificate: Path, upstream_port: int, https_port: int, http_port: int) -> str:
    """Return the shipped text with this run's ports and paths; fail where a line to change is not there any more."""
    changes = {
        r"user www-data;": "" if os.geteuid() else "user root;",
        r"worker_processes auto;": "worker_processes 1;",
        r"pid /run/nginx.pid;": f"pid {folder}/nginx.pid;",
        r"server 127\.0\.0\.1:8000;": f"server 127.0.0.1:{upstream_port};",
        r"listen 80;": f"listen 127.0.0.1:{http_port};",
        r"listen 443 ssl http2;": f"listen 127.0.0.1:{https_port} ssl http2;",
        r"/var/log/nginx/": f"{folder}/",
        r"/etc/ssl/deskbell/fullchain\.pem": str(certificate),
        r"/etc/ssl/deskbell/privkey\.pem": str(certificate.with_name("key.pem")),
        r"http \{\n": "http {\n" + "".join(f"{name}_temp_path {folder}/{name};\n" for name in FOLDERS),
    }
    text = shipped
    for pattern, change in changes.items():
        text, count = re.subn(pattern, change, text)
        assert count, f"nginx.conf has no line like {pattern!r} any more"
    return text


def wait_until_it_answers(proxy: Proxy, nginx: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    ready = proxy.curl("/", "--output", "/dev/null")
    while subprocess.run(ready, capture_output=True, check=False).returncode != 0:
        said = (folder / "nginx.out").read_text()
        assert nginx.poll() is None, f"nginx has ended:\n{said}"
        assert time.monotonic() < deadline, f"nginx does not answer:\n{said}"
        time.sleep(0.05)


class Upstream(ThreadingHTTPServer):
    """A small server behind nginx that streams one event each time the test lets it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.next_event = threading.Semaphore(0)
        self.is_closing = threading.Event()
        self.seen: list[dict[str, str]] = []

    @property
    def port(self) -> int:
        return self.server_address[1]


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Upstream

    def do_GET(self) -> None:
        self.server.seen.append({name.lower(): value for name, value in self.headers.items()})
        if self.path.endswith("/events"):
            self.stream()
        elif self.path.startswith("/widget"):
            self.whole(b"export const answer = 42;\n" * 200, "text/javascript")
        else:
            self.whole(b'{"ok": true}' * 200, "application/json")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/v1/chat":
            self.server.seen.append({name.lower(): value for name, value in self.headers.items()})
            self.stream()
        else:
            self.whole(b"{}", "application/json")

    def whole(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self) -> None:
        """Send three events, each when the test lets it. Says nothing of buffering: that is for nginx.conf to know."""
        is_chunked = self.request_version == "HTTP/1.1"
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header(*(("Transfer-Encoding", "chunked") if is_chunked else ("Connection", "close")))
        self.end_headers()
        for number in (1, 2, 3):
            self.server.next_event.acquire()  # waits for the test
            if self.server.is_closing.is_set():
                break
            event = f"id: {number}\nevent: delta\ndata: {{}}\n\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event) if is_chunked else event)
        self.wfile.write(b"0\r\n\r\n" if is_chunked else b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    server = Upstream()
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    yield server
    server.is_closing.set()
    server.next_event.release(1000)
    server.shutdown()
    server.server_close()
    serving.join()


@pytest.fixture
def proxy(start_nginx: Callable[[int], Proxy], upstream: Upstream) -> Proxy:
    proxy = start_nginx(upstream.port)
    upstream.seen.clear()
    return proxy


Ask = Callable[..., HTTPResponse]


@pytest.fixture
def ask(proxy: Proxy) -> Iterator[Ask]:
    """Asks over a connection of its own, and answers as soon as the headers are there: for many at once."""
    trusted = ssl.create_default_context(cafile=str(proxy.certificate))
    connections: list[HTTPSConnection] = []

    def ask(path: str, method: str = "GET") -> HTTPResponse:
        connections.append(HTTPSConnection(urlsplit(proxy.https).netloc, timeout=20, context=trusted))
        connections[-1].request(method, path, headers={"Origin": "https://tea.example"})
        return connections[-1].getresponse()

    yield ask
    for connection in connections:
        connection.close()
