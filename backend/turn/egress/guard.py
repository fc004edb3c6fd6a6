"""What a site's replies must never say: its own rules and mark, cards, keys, and what its owner forbids."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from backend.domain.site import Safety
from backend.turn.egress.screen import Cards, Links, Screen, Secrets, Watch

RUN = 8  # words in a row that nobody writes by chance


def screen_for(safety: Safety, canary: str, rules: str) -> Screen:
    """Return a fresh screen for one reply. `rules` are the instructions that a model must not repeat."""
    phrases = {canary: "canary", **dict.fromkeys(safety.phrases, "phrase"), **runs_of(rules)}
    watches: list[Watch] = [Cards(), Secrets()]
    if safety.link_hosts:
        watches.append(Links(safety.link_hosts))
    return Screen(phrases, watches)


@lru_cache(maxsize=8)
def runs_of(rules: str) -> dict[str, str]:
    return dict.fromkeys(_runs(rules), "prompt")


def _runs(rules: str) -> Iterator[str]:
    for paragraph in rules.split("\n- "):
        words = paragraph.split()
        for at in range(len(words) - RUN + 1):
            yield " ".join(words[at : at + RUN])
