"""Notices that a provider does not let us in: a key, a permission or money that somebody has to see to.

It is said once, loudly, when it begins, and once when it is over; between the two it stands in `/readyz` and in the
metrics. Visitors are answered from the site's own pages meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import structlog

from backend.domain.errors import ModelRefusedUs, SpendLimitReached
from backend.domain.ports import Answer, Answerer
from backend.domain.turn import Inquiry, Piece, Stop

log = structlog.get_logger("provider")

REFUSES_KEY = "the provider refuses our key: set an ANTHROPIC_API_KEY that it takes; until then answers are quotations"
REFUSES_MONEY = "the provider's spend limit is reached: raise it there; until then answers are quotations"


class WatchedAnswerer:
    """Implements `Answerer` by another; `changed` is told whether the provider refuses us."""

    def __init__(self, answerer: Answerer, changed: Callable[[bool], None]) -> None:
        self._answerer, self._changed = answerer, changed
        self.trouble: str | None = None

    def prepare(self, inquiry: Inquiry) -> Answer:
        return partial(self._listen, self._answerer.prepare(inquiry))

    def _listen(self, answer: Answer, stop: Stop) -> Iterator[Piece]:
        """Yield what the answer yields, and note what becomes of it."""
        try:
            for piece in answer(stop):
                if self.trouble:
                    self._note(None)
                yield piece
        except ModelRefusedUs as refusal:
            self._note(REFUSES_MONEY if isinstance(refusal, SpendLimitReached) else REFUSES_KEY)
            raise

    def _note(self, trouble: str | None) -> None:
        if trouble == self.trouble:
            return
        self.trouble = trouble
        self._changed(trouble is not None)
        if trouble:
            log.error("provider.refuses_us", remedy=trouble)
        else:
            log.warning("provider.takes_us_again")
