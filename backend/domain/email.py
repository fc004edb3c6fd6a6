"""E-mail addresses that people can answer. Only a letter that arrives proves one: this catches slips and nonsense."""

from __future__ import annotations

import re

LONGEST, LONGEST_LOCAL, LONGEST_HOST = 254, 64, 253
LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*")
NOWHERE = frozenset({"invalid", "localhost", "local", "internal", "onion"})  # ends of names that no mail goes to


def can_be_answered(address: str) -> bool:
    """Tell whether a letter to this address could arrive: a name, one @, and a host that stands in the public DNS."""
    local, _, host = address.rpartition("@")
    is_short = len(address) <= LONGEST and len(local) <= LONGEST_LOCAL
    return is_short and bool(LOCAL.fullmatch(local)) and is_public_host(host)


def address_of_person(given: str) -> str | None:
    """Return the address of somebody of the staff in the form in which it is compared; None where it is none.

    A house may have its own network and its own names: the host need not stand in the public DNS.
    """
    address = given.strip().lower()
    local, _, host = address.rpartition("@")
    is_short = len(address) <= LONGEST and len(local) <= LONGEST_LOCAL
    return address if is_short and LOCAL.fullmatch(local) and HOST.fullmatch(host) else None


def is_public_host(host: str) -> bool:
    try:
        labels = host.encode("idna").decode("ascii").lower().split(".")
    except UnicodeError:
        return False
    end = labels[-1]
    is_name = len(labels) > 1 and len(host) <= LONGEST_HOST and all(map(LABEL.fullmatch, labels))
    return is_name and len(end) > 1 and not end.isdigit() and end not in NOWHERE  # one that ends in digits is an IP
