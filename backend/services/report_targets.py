"""What the owner of a site wants of its answers is held against its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from backend.domain.site import Targets
from backend.services.report_numbers import Numbers

TargetName = Literal["first_text_ms", "failed_share", "liked_share", "stars"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A target, and what the span has come to: None where nothing was measured, which neither meets nor misses it."""

    name: TargetName
    wanted: float
    found: float | None
    is_met: bool | None


def report_targets(targets: Targets, numbers: Numbers, *, asks_stars: bool) -> Sequence[Standing]:
    """Return where each target stands in a span."""
    whole, voices = numbers.whole, numbers.voices
    thumbs = voices.up + voices.down
    return [
        _at_most("first_text_ms", targets.first_text_ms, whole.first_text_ms),
        _at_most("failed_share", targets.failed_share, whole.failed / whole.questions if whole.questions else None),
        _at_least("liked_share", targets.liked_share, voices.up / thumbs if thumbs else None),
        *([_at_least("stars", targets.stars, voices.mean_stars)] if asks_stars else []),
    ]


def _at_most(name: TargetName, wanted: float, found: float | None) -> Standing:
    return Standing(name, wanted, found, None if found is None else found <= wanted)


def _at_least(name: TargetName, wanted: float, found: float | None) -> Standing:
    return Standing(name, wanted, found, None if found is None else found >= wanted)
