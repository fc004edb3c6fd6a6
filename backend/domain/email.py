"""E-mail addresses that people can answer. Only a letter that arrives proves one: this catches slips and nonsense."""

from __future__ import annotations

import re

LONGEST, LONGEST_LOCAL, LONGEST_HOST = 254, 64, 253
LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
NOWHERE = frozenset({"invalid", "localhost", "local", "internal", "onion"})  # ends of names that no mail goes to


def can_be_answered(address: str) -> bool:
    """Tell whether a letter to this address could arrive: a name, one @, and a host that stands in the public DNS."""
    local, _, host = address.rpartition("@")
    is_short = len(address) <= LONGEST and len(local) <= LONGEST_LOCAL
    return is_short and bool(LOCAL.fullmatch(local)) and is_public_host(host)


def is_public_host(host: str) -> bool:
    try:
        labels = host.encode("idna").decode("ascii").lower().split(".")
    except UnicodeError:
        return False
    end = labels[-1]
    is_name = len(labels) > 1 and len(host) <= LONGEST_HOST and all(map(LABEL.fullmatch, labels))
    return is_name and len(end) > 1 and not end.isdigit() and end not in NOWHERE  # one that ends in digits is an IP
