"""Whose address counts: believed from trusted proxies alone, read from the end, IPv6 by household."""

from __future__ import annotations

import pytest

from backend.domain.errors import VisitorInvalid
from backend.http.addresses import client_address, limit_key
from backend.settings import networks_of
from backend.web.visitors import VisitorTokens


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "client"),
    [
        ("203.0.113.9", "", "", "203.0.113.9"),
        ("203.0.113.9", "1.1.1.1", "", "203.0.113.9"),
        ("203.0.113.9", "1.1.1.1", "10.0.0.0/8", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1", "10.0.0.0/8", "1.1.1.1"),
        ("10.0.0.1", "6.6.6.6, 1.1.1.1", "10.0.0.0/8", "1.1.1.1"),
        ("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", "10.0.0.0/8", "1.1.1.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.0/8", "10.0.0.3"),
        ("10.0.0.1", "nonsense", "10.0.0.0/8", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1, nonsense", "10.0.0.0/8", "10.0.0.1"),
        ("10.0.0.1", ", ,", "10.0.0.0/8", "10.0.0.1"),
        ("::1", "2001:db8::1", "::1", "2001:db8::1"),
        ("", "1.1.1.1", "10.0.0.0/8", ""),
    ],
)
def test_a_forwarded_address_is_believed_from_trusted_proxies_alone(
    peer: str, forwarded: str, trusted: str, client: str
) -> None:
    assert client_address(peer, forwarded, networks_of(trusted)) == client


def test_an_ipv6_household_counts_as_one() -> None:
    assert limit_key("2001:db8:1:2:3::4") == limit_key("2001:db8:1:2:ffff::1") != limit_key("2001:db8:1:3::4")
    assert limit_key("::ffff:203.0.113.9") == limit_key("203.0.113.9") == "203.0.113.9"
    assert limit_key("") == ""


def test_a_visitors_token_is_ours_or_nothing() -> None:
    tokens = VisitorTokens("a secret of sixteen")
    token = tokens.token_of(7, "someone")
    assert tokens.read(token) == (7, "someone")
    other = VisitorTokens("another secret, long enough").token_of(7, "someone")
    for bad in ("", "x", token[:-1], token + "x", other, token.swapcase()):
        with pytest.raises(VisitorInvalid):
            tokens.read(bad)
