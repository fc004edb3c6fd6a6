"""Only addresses of the public network are ever connected to.

Rules:
1. A host is resolved once, by us; every address that it resolves to must be public, or none is used: a name that is
   half private is meant to slip through.
2. The connection goes to an address that was checked, not to the name: what the name resolves to a moment later does
   not matter (DNS rebinding).
3. An address that carries another one inside (IPv4-mapped, NAT64, 6to4, Teredo …) is judged by both.
4. How an address is spelt does not matter: what the resolver makes of it is what is judged.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]

PORTS = {"http": 80, "https": 443}

# Not for the public, whatever the standard library says of them in this version or the next.
NEVER = tuple(
    map(
        ipaddress.ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
            *("::/128", "::1/128", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16"),
            *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
        ),
    )
)
GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
TEREDO = ipaddress.ip_network("2001::/32")
LOW_32_BITS = (1 << 32) - 1


class NotReached(Exception):
    """A host that is not connected to: `code` for programs, the text for people; `may_pass` where later may help."""

    def __init__(self, code: str, sentence: str, *, may_pass: bool = False) -> None:
        super().__init__(sentence)
        self.code = code
        self.may_pass = may_pass


@dataclass(frozen=True, slots=True)
class Permitted:
    """One host and port that may be connected to although it is not public; for tests, and given in code alone."""

    host: str
    port: int


def is_public(address: Address) -> bool:
    """Tell whether an address, and every address inside it, is one of the public network."""
    return all(_is_public(each) for each in _with_those_inside(address))


def find_public_addresses(host: str, port: int, resolve: Resolver, permitted: Permitted | None = None) -> list[str]:
    """Return the addresses of a host to connect to, all of them public; raise NotReached where one is not."""
    if permitted == Permitted(host, port):
        return resolve(host, port)
    if port not in PORTS.values():
        raise NotReached("port_not_allowed", f"port {port} is not one that web sites have (80 and 443)")
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError, ValueError):
        raise NotReached("unknown_host", f"the host {host!r} cannot be found", may_pass=True) from None
    if not addresses:
        raise NotReached("unknown_host", f"the host {host!r} has no address", may_pass=True)
    for address in addresses:
        if not is_public(ipaddress.ip_address(address.partition("%")[0])):
            raise NotReached("not_public", f"{host!r} leads to {address}, which is not on the public network")
    return addresses


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host in the order in which they are to be tried."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _is_public(address: Address) -> bool:
    if any(address in network for network in NEVER if network.version == address.version):
        return False
    return address.version == 4 or address in GLOBAL_IPV6


def _with_those_inside(address: Address) -> Iterator[Address]:
    """Yield the address, unless it only stands for another, and the IPv4 addresses that it carries."""
    if isinstance(address, ipaddress.IPv4Address):
        yield address
        return
    number = int(address)
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    elif any(address in network for network in NAT64):
        yield ipaddress.IPv4Address(number & LOW_32_BITS)
        if address in NAT64[1]:
            yield ipaddress.ip_address("::")  # a network's own translation: never public
    elif address in SIX_TO_FOUR:
        yield address
        yield ipaddress.IPv4Address(number >> 80 & LOW_32_BITS)
    elif address in TEREDO:
        yield address
        yield ipaddress.IPv4Address(number & LOW_32_BITS ^ LOW_32_BITS)
    else:
        yield address
