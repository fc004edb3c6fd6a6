"""Addresses of people and machines on the network: e-mail, IP, MAC."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from backend.domain.findings import Finding
from backend.turn.ingress.personal_data.context import stands_near, words_for

EMAIL = re.compile(
    r"(?<![\w.+%'\-])[\w.+%'\-]{1,64}"
    r"(?:@|\s?[\[({]\s?(?:at|@)\s?[\])}]\s?|\s+at\s+(?=[\w\-]+\s+dot\s))"
    r"(?:[\w\-]{1,63}(?:\.|\s?[\[({]\s?(?:dot|\.)\s?[\])}]\s?|\s+dot\s+)){1,8}(?:[^\W\d_]{2,24}|xn--[\w\-]{2,40})(?![\w\-@]|:[\w/])",
    re.IGNORECASE,
)
FILE_ENDING = re.compile(r"\.(?:png|jpe?g|gif|svg|js|css|html?|md|txt|pdf|zip|py|json)$", re.IGNORECASE)

IPV4 = re.compile(r"(?<![\w.\-])\d{1,3}(?:\.\d{1,3}){3}(?![\w\-]|\.\w)")
IPV6 = re.compile(
    r"(?<![\w:.])[0-9A-Fa-f]{0,4}:(?:[0-9A-Fa-f]{0,4}:){1,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4})(?![\w:])"
)
NETWORK_WORD = words_for("network")
VERSION_WORD = re.compile(
    r"(?:\b(?:version|ver|release|build|firmware|fix ?pack|fp|update|patch|level|upgraded?(?: to| from)?)|\bv)"
    r"\s*+[:=]?+\s*+\Z",
    re.IGNORECASE,
)
MAC = re.compile(
    r"(?<![\w:.\-])(?:[0-9A-Fa-f]{2}([:\-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:\-])"
    r"|(?<![\w:.\-])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w.\-]\w)"
)
LEAST_FIRST_NUMBER = 10  # four-part versions begin with a small number, addresses seldom do


def find_emails(text: str) -> Iterator[Finding]:
    """Yield the e-mail addresses of a plain text, also those written with (at) and (dot)."""
    if "@" not in text and " at " not in text and not re.search(r"[\[({]\s?at", text, re.IGNORECASE):
        return
    for found in EMAIL.finditer(text):
        start = found.start() + len(found.group()) - len(found.group().lstrip("'.%"))
        if not FILE_ENDING.search(found.group()):
            yield Finding("EMAIL_ADDRESS", start, found.end(), 1.0)


def find_machines(text: str) -> Iterator[Finding]:
    """Yield the IP and MAC addresses of a plain text."""
    for found in IPV4.finditer(text):
        if score := _ipv4_score(text, found):
            yield Finding("IP_ADDRESS", found.start(), found.end(), score)
    if ":" in text:
        for found in IPV6.finditer(text):
            is_all = found.group() == text.strip().partition("/")[0]
            is_called_address = stands_near(NETWORK_WORD, text, found.start(), found.end(), left=40, right=20)
            if _is_ipv6(found.group(), is_sure=is_all or is_called_address):
                yield Finding("IP_ADDRESS", found.start(), found.end(), 0.8)
    for found in MAC.finditer(text):
        if len(set(found.group())) > 2:  # all zeros are nobody's
            yield Finding("MAC_ADDRESS", found.start(), found.end(), 0.8)


def _ipv4_score(text: str, found: re.Match[str]) -> float:
    parts = [int(part) for part in found.group().split(".")]
    is_all = found.group() == text.strip().partition("/")[0]
    if max(parts) > 255 or VERSION_WORD.search(text, max(0, found.start() - 20), found.start()):
        return 0.0
    is_called_address = stands_near(NETWORK_WORD, text, found.start(), found.end(), left=40, right=20)
    if parts[0] < LEAST_FIRST_NUMBER and not is_all and not is_called_address:
        return 0.0
    return 0.9 if is_called_address or is_all else 0.7


def _is_ipv6(shown: str, *, is_sure: bool) -> bool:
    if not is_sure and shown.count(":") < 3 and sum(character.isdigit() for character in shown) < 2:
        return False
    try:
        ipaddress.IPv6Address(shown)
    except ValueError:
        return False
    return True
