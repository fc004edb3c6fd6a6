"""Whatever an address is spelt like, nothing but the public network is ever connected to."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping

import pytest

from backend.knowledge.intake.crawl.fetching import Fetcher, Validators
from backend.knowledge.intake.crawl.refusal import NotFetched
from backend.knowledge.intake.crawl.rules import read_rules
from backend.network.public import NotReached, Permitted, Resolver, find_public_addresses, is_public

SPELLINGS = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://１２７.０.０.１/",
    "http://127。0。0。1/",
    "http://①②⑦.0.0.1/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://0/",
    "http://0.0.0.0/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:0:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::10.0.0.1]/",
    "http://[64:ff9b:1::a00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:c0a8:101::1]/",
    "http://[2001:0:0:0:0:0:80ff:fffe]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25lo]/",
    "http://[fec0::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[2001:db8::1]/",
    "http://10.0.0.1/",
    "http://10.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://192.168.257/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://2852039166/",
    "http://0251.0376.0251.0376/",
    "http://100.64.0.1/",
    "http://192.0.0.8/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://168.63.129.16/",
    "http://user:secret@127.0.0.1/",
    "http://example.com@127.0.0.1/",
    "http://127.0.0.1:80\\@example.com/",
    "http:///127.0.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:70/",
]
PUBLIC = ["93.184.216.34", "1.1.1.1", "2606:2800:220:1:248:1893:25c8:1946", "2a00:1450:4001:81b::200e"]


def names(known: Mapping[str, list[str]]) -> Resolver:
    """Return a resolver that knows these hosts."""
    return lambda host, _port: known[host]


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every connection that anybody tries to open; none of them is opened."""
    tried: list[object] = []

    def refuse(address: object, *_rest: object, **_more: object) -> socket.socket:
        tried.append(address)
        raise OSError("no connection is opened here")

    monkeypatch.setattr(socket, "create_connection", refuse)
    return tried


@pytest.mark.parametrize("url", SPELLINGS)
def test_an_address_inside_is_refused_however_it_is_spelt(url: str, connections: list[object]) -> None:
    with pytest.raises(NotFetched) as refused:
        Fetcher(read_rules()).fetch(url, Validators(), 1_000)
    assert refused.value.code in ("not_public", "bad_address", "unknown_host")
    assert connections == []


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_public_network_is_let_through(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_a_name_that_leads_inside_is_refused() -> None:
    with pytest.raises(NotReached, match=r"leads to 10\.0\.0\.1"):
        find_public_addresses("shop.example", 443, names({"shop.example": ["10.0.0.1"]}))


def test_a_name_that_leads_inside_and_outside_is_refused() -> None:
    with pytest.raises(NotReached) as refused:
        find_public_addresses("shop.example", 443, names({"shop.example": ["93.184.216.34", "::1"]}))
    assert refused.value.code == "not_public"


def test_a_name_is_resolved_once_and_the_checked_address_is_the_one_connected_to(connections: list[object]) -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    fetcher = Fetcher(read_rules(), resolve=lambda _host, _port: next(answers))
    with pytest.raises(NotFetched):
        fetcher.fetch("http://shop.example/", Validators(), 1_000)
    assert connections == [("93.184.216.34", 80)]


@pytest.mark.parametrize("port", [22, 25, 3306, 5432, 6379, 8000, 9200])
def test_a_port_that_no_web_site_has_is_refused(port: int, connections: list[object]) -> None:
    with pytest.raises(NotFetched) as refused:
        Fetcher(read_rules()).fetch(f"http://93.184.216.34:{port}/", Validators(), 1_000)
    assert refused.value.code == "port_not_allowed"
    assert connections == []


def test_what_a_test_permits_is_one_port_of_one_host_alone() -> None:
    permitted = Permitted("127.0.0.1", 8123)
    assert find_public_addresses("127.0.0.1", 8123, names({"127.0.0.1": ["127.0.0.1"]}), permitted) == ["127.0.0.1"]
    for host, port in (("127.0.0.1", 80), ("localhost", 8123), ("127.0.0.2", 8123)):
        with pytest.raises(NotReached):
            find_public_addresses(host, port, names({host: ["127.0.0.1"]}), permitted)
