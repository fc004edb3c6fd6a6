"""HTTP connections that go to an address that was checked, whatever the host's name resolves to a moment later."""

from __future__ import annotations

import http.client
import socket
import ssl
from urllib.parse import urlsplit

from backend.network.public import PORTS, Permitted, Resolver, find_public_addresses, resolve


def connection_to(
    url: str, connect_s: float, read_s: float, resolver: Resolver = resolve, permitted: Permitted | None = None
) -> PinnedConnection:
    """Return a connection, not yet opened, to the host of an address; raise NotReached where it is not public."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    addresses = find_public_addresses(host, port, resolver, permitted)
    opening = _PinnedHttps if parts.scheme == "https" else PinnedConnection
    return opening(host, port, addresses, connect_s, read_s)


class PinnedConnection(http.client.HTTPConnection):
    """A connection that goes to addresses that were checked, whatever the host resolves to by now."""

    def __init__(self, host: str, port: int, addresses: list[str], connect_s: float, read_s: float) -> None:
        super().__init__(host, port, timeout=read_s)
        self._addresses = addresses
        self._opened: socket.socket | None = None
        self._connect_s, self._read_s = connect_s, read_s

    def connect(self) -> None:
        self.sock = self._open()

    def abort(self) -> None:
        """End a connection that lasts too long: one that sends a letter now and then never runs into a time-out."""
        if self._opened is not None:
            try:
                self._opened.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def _open(self) -> socket.socket:
        failure: OSError = OSError("no address")
        for address in self._addresses:
            try:
                opened = socket.create_connection((address, self.port), timeout=self._connect_s)
            except OSError as problem:
                failure = problem
                continue
            opened.settimeout(self._read_s)
            self._opened = opened
            return opened
        raise failure


class _PinnedHttps(PinnedConnection):
    """The same with TLS: the certificate must be the name's."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        self.sock = self._opened = ssl.create_default_context().wrap_socket(self._open(), server_hostname=self.host)
