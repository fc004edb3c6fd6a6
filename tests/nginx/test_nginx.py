"""The shipped nginx.conf: streams are not held back, floods are, and nobody lies about their address."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from http.client import HTTPResponse

import pytest

from backend.domain.errors import ChatError, RateLimited, ShuttingDown, TooLarge
from backend.domain.words import error_sentence
from tests.nginx.conftest import Ask, Proxy, Upstream
from tests.servers import free_port

ASK = ("-X", "POST", "-H", "Content-Type: application/json", "-d", "{}")


@pytest.mark.parametrize(
    ("path", "arguments"),
    [("/v1/chat", ASK), ("/v1/turns/t1/events", ()), ("/v1/conversations/c1/events", ())],
)
def test_every_event_of_a_stream_arrives_when_it_is_sent(
    proxy: Proxy, upstream: Upstream, path: str, arguments: tuple[str, ...]
) -> None:
    browser = proxy.curl(path, *arguments, "-H", "Accept-Encoding: gzip")
    with subprocess.Popen(browser, stdout=subprocess.PIPE, text=True) as visitor:
        assert visitor.stdout is not None
        for number in (1, 2, 3):
            upstream.next_event.release()  # the next is sent only after this one was read
            lines = [visitor.stdout.readline() for _ in range(4)]
            assert lines == [f"id: {number}\n", "event: delta\n", "data: {}\n", "\n"]


def test_browsers_speak_http_2_and_are_told_to_stay_on_tls(proxy: Proxy) -> None:
    answer = proxy.get("/v1/sites/pk_demo", "-i").lower()

    assert answer.startswith("http/2 200")
    assert "strict-transport-security: max-age=31536000" in answer
    assert "nginx/" not in answer


def test_plain_http_is_sent_to_tls(proxy: Proxy) -> None:
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", f"{proxy.http}/widget.js?a=1"]

    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == (
        "308 https://127.0.0.1/widget.js?a=1"
    )


@pytest.mark.parametrize(("version", "is_spoken"), [("1.1", False), ("1.2", True), ("1.3", True)])
def test_old_tls_is_refused(proxy: Proxy, version: str, is_spoken: bool) -> None:
    # The client's own floor is lowered, so that it is nginx that refuses.
    floor = ("--tls-max", version, "--tlsv1.0", "--ciphers", "DEFAULT:@SECLEVEL=0")

    assert (subprocess.run(proxy.curl("/", *floor), capture_output=True, check=False).returncode == 0) is is_spoken


def test_a_visitor_cannot_claim_another_address(proxy: Proxy, upstream: Upstream) -> None:
    lies = ("X-Forwarded-For: 6.6.6.6", "Forwarded: for=6.6.6.6", "X-Forwarded-Host: evil.example")
    proxy.get("/v1/sites/pk_demo", *(part for lie in lies for part in ("-H", lie)))

    (seen,) = upstream.seen
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-proto"] == "https"
    assert "forwarded" not in seen
    assert "x-forwarded-host" not in seen
    assert "connection" not in seen


def test_the_widget_is_compressed_and_nothing_else(proxy: Proxy, upstream: Upstream) -> None:
    accept = ("-H", "Accept-Encoding: gzip", "-o", "/dev/null", "-D", "-")
    upstream.next_event.release(3)

    assert "content-encoding: gzip" in proxy.get("/widget.js", *accept)
    assert "content-encoding" not in proxy.get("/v1/turns/t1/events", *accept)
    assert "content-encoding" not in proxy.get("/v1/sites/pk_demo", *accept)


def test_a_body_over_64_kb_is_refused_before_it_reaches_us(proxy: Proxy, upstream: Upstream) -> None:
    body = ("-i", "-X", "POST", "-H", "Origin: https://tea.example", "-d")

    answer = proxy.get("/v1/chat", *body, "x" * (64 * 1024 + 1))

    assert_refused_as(answer, TooLarge)
    assert upstream.seen == []
    upstream.next_event.release(3)
    assert proxy.get("/v1/chat", *body, "x" * 64 * 1024).startswith("HTTP/2 200")


def test_a_flood_of_questions_is_held_back_and_told_why(ask: Ask, upstream: Upstream) -> None:
    upstream.next_event.release(1000)

    answers = [ask("/v1/chat", "POST") for _ in range(60)]

    statuses = [answer.status for answer in answers]
    assert statuses[:20] == [200] * 20  # a burst is let through
    assert 429 in statuses
    refused = answers[statuses.index(429)]
    assert refused.headers["Retry-After"] == "5"
    assert_refused_as(as_text(refused), RateLimited)


def test_reading_again_is_not_counted_as_a_question(ask: Ask) -> None:
    assert [ask("/v1/sites/pk_demo").status for _ in range(60)] == [200] * 60


def test_one_address_cannot_hold_every_stream(ask: Ask, upstream: Upstream) -> None:
    held = [ask(f"/v1/turns/t{number}/events") for number in range(42)]

    assert [answer.status for answer in held] == [200] * 40 + [429] * 2
    upstream.next_event.release(1000)
    for answer in held[:40]:
        assert answer.read().count(b"event: delta") == 3
    assert ask("/v1/turns/t99/events").status == 200  # one that has ended makes room


def test_a_server_that_is_away_is_said_in_words_that_the_widget_can_read(
    start_nginx: Callable[[int], Proxy],
) -> None:
    answer = start_nginx(free_port()).get("/v1/chat", "-i", "-H", "Origin: https://tea.example", *ASK)

    assert_refused_as(answer, ShuttingDown)
    assert "retry-after: 5" in answer


def test_the_log_says_nothing_of_what_a_visitor_looked_at(proxy: Proxy) -> None:
    proxy.get("/widget/report.js?site=pk_demo&kind=secret-word", "-H", "Referer: https://tea.example/secret-page")

    log = ""
    while "/widget/report.js" not in log:  # written when the visitor has the answer already
        log = proxy.access_log.read_text()
    assert "secret" not in log


def test_metrics_are_for_the_machine_itself(proxy: Proxy) -> None:
    assert proxy.get("/metrics", "-i").startswith("HTTP/2 200")  # we are on 127.0.0.1


def as_text(answer: HTTPResponse) -> str:
    headers = "\n".join(f"{name.lower()}: {value}" for name, value in answer.getheaders())
    return f"HTTP/2 {answer.status}\n{headers}\n\n{answer.read().decode()}"


def assert_refused_as(answer: str, refusal: type[ChatError]) -> None:
    """What nginx says by itself is what the product would have said, and the owner's page may read it."""
    headers, _, body = answer.replace("\r\n", "\n").partition("\n\n")
    said = json.loads(body)
    assert headers.startswith(f"HTTP/2 {refusal.status}")
    assert "content-type: application/problem+json" in headers
    assert "access-control-allow-origin: https://tea.example" in headers
    assert (said["code"], said["title"], said["status"]) == (refusal.code, error_sentence(refusal()), refusal.status)
    assert said["retryable"] is refusal.retryable
