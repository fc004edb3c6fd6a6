"""Addresses of people and machines on the network: e-mail, IP, MAC."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from backend.domain.findings import Finding
from backend.turn.ingress.personal_data.context import Words, words_for

OPENS, CLOSES = r"\s{0,2}[\[({<*_\-]\s{0,2}", r"\s{0,2}[\])}>*_\-]\s{0,2}"
AT_WORD = r"(?:at|ät|arroba|arobase|chiocciola|apenstaartje|małpa|собака)"
DOT_WORD = r"(?:dot|punkt|punto|point|ponto|kropka|punt|точка)"
DOT_IN_WORDS = rf"(?:{OPENS}(?:{DOT_WORD}|\.){CLOSES}|\s{{1,2}}{DOT_WORD}\s{{1,2}})"
AT_ALONE = rf"\s{{1,2}}{AT_WORD}\s{{1,2}}(?=[\w\-]{{1,63}}{DOT_IN_WORDS})"
AT_IN_WORDS = rf"(?:{OPENS}(?:{AT_WORD}|@){CLOSES}|\s{{1,2}}@\s{{1,2}}|{AT_ALONE})"
EMAIL = re.compile(
    rf"(?<![\w.+%'\-])(?:[\w+%'\-]{{1,40}}{DOT_IN_WORDS}){{0,3}}[\w.+%'\-]{{1,64}}(?:@|{AT_IN_WORDS})"
    rf"(?:[\w\-]{{1,63}}(?:\.|{DOT_IN_WORDS})){{1,8}}(?:[^\W\d_]{{2,24}}|xn--[\w\-]{{2,40}})(?![\w\-@]|:[\w/])",
    re.IGNORECASE,
)
# "sam at example.com" is an address where it is called one: people are at web sites, too.
CALLED_EMAIL = re.compile(
    r"(?<![^\W_])(?:e-?mail|mail|adresse?|address|correo)(?:\ address)?(?:\ is|\ ist|\ est|\ es|\ to|:|\ =)\s{1,2}"
    r"(?P<address>[\w.+%'\-]{1,64}\s{1,2}at\s{1,2}(?:[\w\-]{1,63}\.){1,8}[^\W\d_]{2,24})(?![\w\-@])",
    re.IGNORECASE,
)
AT_SOMEWHERE = rf"@|(?<![^\W_]){AT_WORD}(?![^\W_])"
WORTH_A_LOOK = re.compile(AT_SOMEWHERE, re.IGNORECASE)
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
LONGEST_ALONE = 100  # characters of a text that is an address and nothing else
LEAST_FIRST_NUMBER = 10  # four-part versions begin with a small number, addresses seldom do


def find_emails(text: str) -> Iterator[Finding]:
    """Yield the e-mail addresses of a plain text, also those written with (at) and (dot)."""
    if not WORTH_A_LOOK.search(text):
        return
    for called in CALLED_EMAIL.finditer(text):
        yield Finding("EMAIL_ADDRESS", *called.span("address"), 0.9)
    for found in EMAIL.finditer(text):
        start = found.start() + len(found.group()) - len(found.group().lstrip("'.%"))
        if not FILE_ENDING.search(found.group()):
            yield Finding("EMAIL_ADDRESS", start, found.end(), 1.0)


def find_machines(text: str) -> Iterator[Finding]:
    """Yield the IP and MAC addresses of a plain text."""
    numbers, names = list(IPV4.finditer(text)), list(IPV6.finditer(text)) if ":" in text else []
    words = Words(NETWORK_WORD, text if numbers or names else "")
    for found in numbers:
        if score := _ipv4_score(text, found, words):
            yield Finding("IP_ADDRESS", found.start(), found.end(), score)
    for found in names:
        if _is_ipv6(found.group(), is_sure=_is_all(found, text) or words.are_near(*found.span(), left=40, right=20)):
            yield Finding("IP_ADDRESS", found.start(), found.end(), 0.8)
    for found in MAC.finditer(text):
        if len(set(found.group())) > 2:  # all zeros are nobody's
            yield Finding("MAC_ADDRESS", found.start(), found.end(), 0.8)


def _is_all(found: re.Match[str], text: str) -> bool:
    """Tell whether a text is this address and nothing else."""
    return len(text) < LONGEST_ALONE and found.group() == text.strip().partition("/")[0]


def _ipv4_score(text: str, found: re.Match[str], words: Words) -> float:
    parts = [int(part) for part in found.group().split(".")]
    is_all = _is_all(found, text)
    if max(parts) > 255 or VERSION_WORD.search(text, max(0, found.start() - 20), found.start()):
        return 0.0
    is_called_address = words.are_near(*found.span(), left=40, right=20)
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
