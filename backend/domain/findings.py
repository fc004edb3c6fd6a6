"""Findings in a text that a visitor, a model or an author wrote."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found in a text: `start` and `end` count its characters, `score` runs from 0 to 1."""

    kind: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Suspicion:
    """How much a text looks like an attack, from 0 to 1, and what was seen, as names for staff to read."""

    score: float
    families: tuple[str, ...] = ()
