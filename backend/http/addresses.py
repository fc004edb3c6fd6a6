"""Where a request comes from, believing a proxy only where the operator trusts it."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IPV6_HOUSEHOLD = 64  # one household or server has this many bits of network, and every address below it


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """Return the client's address: the last one in the chain that no trusted proxy speaks for.

    `forwarded` is the X-Forwarded-For header. It is read from its end, and no further than trust reaches.
    """
    address = peer
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    while hops and is_within(address, trusted):
        hop = hops.pop()
        if parsed(hop) is None:
            break
        address = hop
    return address


def limit_key(address: str) -> str:
    """Return what an address is counted under: an IPv6 address by its /64."""
    found = parsed(address)
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, IPV6_HOUSEHOLD), strict=False))
    return address


def is_within(address: str, networks: Sequence[Network]) -> bool:
    found = parsed(address)
    return found is not None and any(found in network for network in networks if network.version == found.version)


@lru_cache(maxsize=4_096)
def parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None
