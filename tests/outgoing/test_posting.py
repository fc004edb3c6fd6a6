"""A webhook is told over a real connection: once, in bounded time, never by a redirect, and never inside."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from backend.network.public import Permitted
from backend.outgoing.posting import PublicPoster
from backend.outgoing.rules import read_rules
from tests.outgoing.receivers import Receiver, receiver


@pytest.fixture
def hears() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def poster(hears: Receiver) -> PublicPoster:
    return PublicPoster(read_rules(), hears.permitted)


def test_what_is_told_arrives_with_its_headers(hears: Receiver) -> None:
    tried = poster(hears).post(hears.url, {"webhook-id": "msg_1"}, b'{"a":1}')
    assert (tried.has_arrived, tried.status) == (True, 204)
    (heard,) = hears.heard
    assert (heard.path, heard.body) == ("/hook?room=1", b'{"a":1}')
    sent = {name.lower(): value for name, value in heard.headers.items()}
    assert (sent["webhook-id"], sent["content-type"]) == ("msg_1", "application/json")


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 429, 500, 503])
def test_everything_else_than_thanks_may_pass_and_a_redirect_is_not_followed(hears: Receiver, status: int) -> None:
    hears.answers.append((status, {"Location": hears.url, "Retry-After": "90"}, b"because"))
    tried = poster(hears).post(hears.url, {}, b"{}")
    assert (tried.has_arrived, tried.may_pass, tried.status) == (False, True, status)
    assert (tried.said, tried.wait_s, len(hears.heard)) == ("because", 90.0, 1)


def test_a_receiver_that_is_gone_for_good_is_believed(hears: Receiver) -> None:
    hears.answers.append((410, {}, b""))
    tried = poster(hears).post(hears.url, {}, b"{}")
    assert (tried.may_pass, tried.is_unwanted) == (False, True)


def test_only_the_beginning_of_an_answer_is_kept(hears: Receiver) -> None:
    hears.answers.append((500, {}, b"x" * 1_000_000))
    assert len(poster(hears).post(hears.url, {}, b"{}").said) == read_rules().answer_bytes


def test_an_address_inside_is_never_connected_to(hears: Receiver) -> None:
    tried = PublicPoster(read_rules()).post(hears.url.replace(f":{hears.port}", ""), {}, b"{}")
    assert (tried.has_arrived, tried.may_pass) == (False, False)
    assert "not on the public network" in tried.said
    assert hears.heard == []


def test_a_receiver_that_never_answers_holds_nobody_up() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        port = deaf.getsockname()[1]
        rules = replace(read_rules(), answer_s=0.3)
        tried = PublicPoster(rules, Permitted("127.0.0.1", port)).post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert (tried.has_arrived, tried.may_pass, tried.said) == (False, True, "the answer took longer than 0.3 seconds")


def test_a_receiver_that_is_away_is_named(hears: Receiver) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]  # nobody listens
        tried = PublicPoster(read_rules(), Permitted("127.0.0.1", port)).post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert (tried.said, tried.may_pass) == ("the connection failed: Connection refused", True)
