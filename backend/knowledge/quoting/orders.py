"""Sentences that order about whoever answers, instead of telling readers something: they are never quoted.

A sentence is judged by itself and by the page that it stands in (`suspicion.py`), be its document marked or not.
"""

from __future__ import annotations

from functools import lru_cache

from backend.knowledge.intake import PATTERNS, find_orders


def orders_a_model(text: str) -> bool:
    """Tell whether a sentence or a list says what nobody says but to a model."""
    return any(pattern.search(text) for pattern in PATTERNS.values())


@lru_cache(maxsize=512)
def orders_of_page(title: str, text: str) -> frozenset[str]:
    """Return the sentences of a page that order a model about, or ask it for what the page does not speak of."""
    return frozenset(_plain(order.text) for order in find_orders(title, text))


def holds_one(text: str, orders: frozenset[str]) -> bool:
    """Tell whether one of these sentences stands in a sentence, a list or a heading."""
    return bool(orders) and any(order in _plain(text) for order in orders)


def _plain(text: str) -> str:
    return " ".join(text.split())
