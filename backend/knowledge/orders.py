"""Sentences that order about whoever answers, instead of telling readers something: they are never quoted.

Rules: a sentence is judged by itself and by the page that it stands in (`suspicion.py`), whether its document is marked
or not; what a page says to its readers about
their own messages ("Edit your reply and press Send") is no order; an order need not begin its sentence, since what is
put into a page often sticks to what stood there.
"""

from __future__ import annotations

import re
from functools import lru_cache

from backend.knowledge.suspicion import PATTERNS, find_orders

WITHIN = r"(?:[^.!?\n]|[.!?](?=\S)){0,160}"  # of one sentence; an address has full stops too
REPLY = r"[Yy]our (?:answer|message|output|reply|response)\b"
ASKED = r"(?:(?:[Pp]lease|[Cc]an you|[Cc]ould you|[Aa]lways|[Yy]ou must)\s+)"
VERBS = """add append begin conclude convert display encode end enhance express format group include insert integrate
invert jumble mention misspell modify provide rearrange remove render replace represent reverse scramble translate use
write""".split()  # noqa: SIM905 - easier to read in lines
VERB = rf"(?:{ASKED}(?:{'|'.join(VERBS)})|(?:{'|'.join(map(str.capitalize, VERBS))}))\b"
ORDERS = re.compile(
    rf"(?:^|\s)\W*(?:{VERB}{WITHIN}\b{REPLY}|In {REPLY},"
    rf"|(?:{ASKED}|(?=[AR]))(?i:answer|reply|respond) (?:only )?in \w+\W*$)"
)
ABOUT_ONES_OWN = re.compile(r"\b(?:click(?:ing)?|tap|press|select|choose|open|go to|button|field|box|icon)\b", re.I)


def orders_a_model(text: str) -> bool:
    """Tell whether a sentence or a list speaks to a model, or says how an answer is to be written."""
    if any(pattern.search(text) for pattern in PATTERNS.values()):
        return True
    return bool(ORDERS.search(text) and not ABOUT_ONES_OWN.search(text))


@lru_cache(maxsize=512)
def orders_of_page(title: str, text: str) -> frozenset[str]:
    """Return the sentences of a page that order a model about, or ask it for what the page does not speak of."""
    return frozenset(_plain(order.text) for order in find_orders(title, text))


def holds_one(text: str, orders: frozenset[str]) -> bool:
    """Tell whether one of these sentences stands in a text."""
    return bool(orders) and any(order in _plain(text) for order in orders)


def _plain(text: str) -> str:
    return " ".join(text.split())
