"""Addresses of people and machines on the network: e-mail, IP, MAC."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from backend.domain.findings import Finding
from backend.turn.ingress.personal_data.context import TABLE, Words, words_for


def any_word(purpose: str) -> str:
    """Return an expression for any of the table's words for a purpose; a blank in one is any blanks or a dash."""
    return f"(?:{'|'.join(re.escape(word).replace('_', '[ -]') for word in TABLE[purpose].split())})"


# "sam (at) example [dot] com": what may stand around a word that is meant as a sign, and the word between blanks alone.
OPENS = r"[ \t]{0,3}(?:[^\w\s@,;:.!?)\]}]|_){1,3}[ \t]{0,2}"
CLOSES = r"[ \t]{0,2}(?:[^\w\s@,;:.!?(\[{]|_){1,3}[ \t]{0,3}"
AT_WORD, DOT_WORD, DASH_WORD = any_word("at_words"), any_word("dot_words"), any_word("dash_words")
DOT_IN_WORDS = rf"(?:{OPENS}(?:{DOT_WORD}|\.){CLOSES}|\s{{1,4}}{DOT_WORD}\s{{1,4}})"
DASH_IN_WORDS = rf"(?:{OPENS}{DASH_WORD}{CLOSES}|\s{{1,4}}{DASH_WORD}\s{{1,4}})"
LABEL_OF_HOST = rf"[\w\-]{{1,63}}(?:{DASH_IN_WORDS}[\w\-]{{1,40}}){{0,2}}"
AT_ALONE = rf"\s{{1,4}}{AT_WORD}\s{{1,4}}(?={LABEL_OF_HOST}{DOT_IN_WORDS})"
AT_SIGN = r"(?:@|%40)"
AT_IN_WORDS = rf"(?:{OPENS}(?:{AT_WORD}|{AT_SIGN}){CLOSES}|\s{{0,2}}{AT_SIGN}\s{{0,2}}|{AT_ALONE})"
EMAIL = re.compile(
    rf"(?<![\w.+%'\-])(?:[\w+%'\-]{{1,40}}(?:{DOT_IN_WORDS}|{DASH_IN_WORDS})){{0,6}}[\w.+%'\-]{{1,64}}(?:(?<=\w)[\"*`~]{{1,3}}@[*`~]{{0,3}}|@[*`~]{{0,3}}|{AT_IN_WORDS})"
    rf"(?:{LABEL_OF_HOST}(?:[*`~]{{0,3}}\.|{DOT_IN_WORDS}|\s{{1,2}}\.\s{{0,2}})){{1,8}}"
    r"(?:[^\W\d_]{2,24}|xn--[\w\-]{2,40})(?![^\W_]|[\-@]|:[\w/])",
    re.IGNORECASE,
)
# "sam at example.com" is an address where it is called so, or its name has a form that no word has: people are
# at sites. A name that begins with an ending ("at org.example.Server.start") is a place in a program.
AT_A_SITE = (
    rf"[ \t]{{1,2}}{AT_WORD}[ \t]{{1,2}}(?!(?:com|org|net|io|edu|gov|de|java\w*|sun|jdk)\.)"
    r"(?:[\w\-]{1,63}\.){1,8}[^\W\d_]{2,12}(?![\w\-@(]|\.\w)"
)
CALLED_EMAIL = re.compile(
    rf"(?<![^\W_]){any_word('email_labels')}(?:\s(?:me|us|address|adresse?|is|ist|est|es|to|at|an)\b){{0,3}}[:=]?\s{{1,2}}"
    rf"(?P<address>[\w.+%'\-]{{1,64}}(?:{AT_A_SITE}|\s{{1,2}}{AT_WORD}\s{{1,2}}{any_word('email_providers')}(?![\w\-@])))",
    re.IGNORECASE,
)
FORMED_EMAIL = re.compile(
    rf"(?<![\w.+%'\-])(?:[^\W\d_]{{1,40}}(?:[._+]|{DOT_IN_WORDS}|{DASH_IN_WORDS})){{1,4}}\w{{2,40}}{AT_A_SITE}",
    re.IGNORECASE,
)
SPACED_EMAIL = re.compile(r"(?<![\w.])(?:[\w.+\-] ){2,40}@(?: [\w\-]){1,40}(?: \.(?: \w){2,20}){1,4}(?!\w| \w\b)")
AT_SOMEWHERE = rf"@|%40|(?<![^\W_]){AT_WORD}(?![^\W_])"
WORTH_A_LOOK = re.compile(AT_SOMEWHERE, re.IGNORECASE)
AT_BLANK = re.compile(rf"\s{AT_WORD}\s", re.IGNORECASE)
FILE_NAME = re.compile(
    r"\.(?:png|jpe?g|gif|svg|js|css|html?|md|txt|pdf|zip|py|json|exe|msi|dmg|iso|jar|apk|dll|sh|bat|php|aspx?|jsp|csv|xml|ya?ml"
    r"|toml|log|mp[34]|docx?|xlsx?|pptx?|gz|tar|rar|7z|sql|conf|ini)\Z",
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
LONGEST_ALONE = 100  # characters of a text that is an address and nothing else
LEAST_FIRST_NUMBER = 10  # four-part versions begin with a small number, addresses seldom do


def find_emails(text: str) -> Iterator[Finding]:
    """Yield the e-mail addresses of a plain text, also those written with (at) and (dot)."""
    if not WORTH_A_LOOK.search(text):
        return
    for called in CALLED_EMAIL.finditer(text):
        yield Finding("EMAIL_ADDRESS", *called.span("address"), 0.9)
    for pattern in (FORMED_EMAIL, SPACED_EMAIL):
        for formed in pattern.finditer(text):
            if not FILE_NAME.search(AT_BLANK.split(formed.group(), maxsplit=1)[0]):
                yield Finding("EMAIL_ADDRESS", *formed.span(), 0.9)
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
