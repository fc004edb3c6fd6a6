"""The end of a worker: it says so, lets in no new question, and finishes what it has begun."""

from __future__ import annotations

from dataclasses import dataclass

RETRY_AFTER_S = 3


@dataclass
class Drain:
    """Whether this worker is on its way out. The doors ask; the worker's own code begins it."""

    notice_s: float = 1.0  # how long it says so before it accepts no more
    has_begun: bool = False
    retry_after_s: int = RETRY_AFTER_S

    def begin(self) -> None:
        self.has_begun = True
