"""What a site's replies must never say: its own rules and mark, cards, keys, and what its owner forbids."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Iterator
from functools import lru_cache

from backend.domain.site import Safety
from backend.turn.egress.screen import Cards, Letters, Links, Screen, Secrets, Watch

RUN = 8  # words in a row that nobody writes by chance
UNSURE_BEFORE = (0, 2, 3)  # characters of base64 that depend on how many bytes (0 to 2) stand before, too
URL_SAFE = str.maketrans("+/", "-_")


def screen_for(safety: Safety, canary: str, rules: str) -> Screen:
    """Return a fresh screen for one reply. `rules` are the instructions that a model must not repeat."""
    phrases = {**in_codes(canary), **dict.fromkeys(safety.phrases, "phrase"), **runs_of(rules)}
    watches: list[Watch] = [mark_in_letters(canary), Cards(), Secrets()]
    if safety.link_hosts:
        watches.append(Links(safety.link_hosts))
    return Screen(phrases, watches)


@lru_cache(maxsize=64)
def mark_in_letters(canary: str) -> Letters:
    """Return the watch for the mark with anything between its letters, forwards and backwards."""
    return Letters({canary: "canary", canary[::-1]: "canary"})


@lru_cache(maxsize=64)
def in_codes(canary: str) -> dict[str, str]:
    """Return the mark in the codes that a model may be talked into, as phrases."""
    rotated = codecs.encode(canary, "rot13")
    return dict.fromkeys((canary, canary[::-1], rotated, canary.encode().hex(), *_in_base64(canary)), "canary")


def _in_base64(text: str) -> Iterator[str]:
    """Yield what of a text's base64 is the same whatever stands before it and behind it."""
    for before, unsure in enumerate(UNSURE_BEFORE):
        whole = bytes(before) + text.encode()
        sure = base64.b64encode(whole).decode().rstrip("=")[unsure:]
        sure = sure[: len(sure) - bool(len(whole) % 3)]
        yield sure
        yield sure.translate(URL_SAFE)


@lru_cache(maxsize=8)
def runs_of(rules: str) -> dict[str, str]:
    return dict.fromkeys(_runs(rules), "prompt")


def _runs(rules: str) -> Iterator[str]:
    for paragraph in rules.split("\n- "):
        words = paragraph.split()
        for at in range(len(words) - RUN + 1):
            yield " ".join(words[at : at + RUN])
