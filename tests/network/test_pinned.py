"""A connection goes to the address that was checked, whatever the name leads to by then."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest

from backend.network.pinned import connection_to
from backend.network.public import NotReached, Permitted


@pytest.fixture
def port() -> Iterator[int]:
    """A web server on loopback that answers with the host that it was asked for."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.headers["Host"].encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        yield server.server_address[1]
        server.shutdown()
        serving.join()


def test_the_name_is_asked_for_once_and_stands_in_the_request(port: int) -> None:
    answers = iter([["127.0.0.1"]])  # a second question would find nothing
    url = f"http://hook.example:{port}/in"
    connection = connection_to(url, 1, 1, lambda _host, _port: next(answers), Permitted("hook.example", port))
    connection.request("GET", "/in")
    assert connection.getresponse().read() == f"hook.example:{port}".encode()
    connection.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "https://localhost/", "http://[::1]/"])
def test_an_address_inside_is_refused(url: str) -> None:
    with pytest.raises(NotReached) as refused:
        connection_to(url, 1, 1)
    assert refused.value.code == "not_public"
