"""What a site's replies must never say: its own rules and mark, cards, keys, and what its owner forbids."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Iterator
from functools import lru_cache
from string import ascii_lowercase

from backend.domain.site import Safety
from backend.turn.egress.screen import Cards, Letters, Links, Screen, Secrets, Watch

RUN = 8  # words in a row that nobody writes by chance
UNSURE_BEFORE = (0, 2, 3)  # characters of base64 that depend on how many bytes (0 to 2) stand before, too
MIRRORED = str.maketrans(ascii_lowercase, ascii_lowercase[::-1])  # a for z


def screen_for(safety: Safety, canary: str, rules: str) -> Screen:
    """Return a fresh screen for one reply. `rules` are the instructions that a model must not repeat."""
    phrases = {**dict.fromkeys(safety.phrases, "phrase"), **runs_of(rules)}
    watches: list[Watch] = [mark_in_letters(canary), Cards(), Secrets()]
    if safety.link_hosts:
        watches.append(Links(safety.link_hosts))
    return Screen(phrases, watches)


@lru_cache(maxsize=64)
def mark_in_letters(canary: str) -> Letters:
    """Return the watch for the mark and its codes with anything between their letters."""
    return Letters(dict.fromkeys(in_codes(canary), "canary"))


def in_codes(mark: str) -> Iterator[str]:
    """Yield the mark forwards and backwards in the codes that a model may be talked into."""
    for text in (mark, mark[::-1]):
        yield from (text, codecs.encode(text, "rot13"), text.translate(MIRRORED))
        raw = text.encode()
        for form in ("02x", "d", "o", "08b"):  # hex, decimal, octal, binary
            yield "".join(f"{byte:{form}}" for byte in raw)
        for form in (
            "x{:02x}",
            "0x{:02x}",
            "0x{:02x}h",
            "u{:04x}",
            "u00{:02x}",
            "0o{:o}",
            "0b{:08b}",
            "0b{:b}",
            "{:03o}",
            "{:03d}",
        ):
            yield "".join(form.format(byte) for byte in raw)
        yield raw.hex()[::-1]
        yield base64.b32encode(raw).decode().rstrip("=")[:-1]
    for text in (mark, mark[::-1], mark.upper(), mark.replace("-", "")):
        yield from _in_base64(text.encode())
    yield from _in_base64(mark.encode("utf-16-le"))
    yield from _in_base64(base64.b64encode(mark.encode()))


def _in_base64(raw: bytes) -> Iterator[str]:
    """Yield what of a text's base64 is the same whatever stands before it and behind it."""
    for before, unsure in enumerate(UNSURE_BEFORE):
        whole = bytes(before) + raw
        sure = base64.b64encode(whole).decode().rstrip("=")[unsure:]
        yield sure[: len(sure) - bool(len(whole) % 3)]


@lru_cache(maxsize=8)
def runs_of(rules: str) -> dict[str, str]:
    return dict.fromkeys(_runs(rules), "prompt")


def _runs(rules: str) -> Iterator[str]:
    for paragraph in rules.split("\n- "):
        words = paragraph.split()
        for at in range(len(words) - RUN + 1):
            yield " ".join(words[at : at + RUN])
