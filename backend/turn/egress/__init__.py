"""May it go out? A screen that slides along with the text, and a verdict on the whole.

This is the door: others import from here alone.
"""

from __future__ import annotations

from backend.turn.egress.document import DocumentWriter
from backend.turn.egress.ending import Judge, break_off, conclude, last_events
from backend.turn.egress.groundedness import FLAG_SENTENCE_BELOW, carry_sentences
from backend.turn.egress.guard import screen_for
from backend.turn.egress.holding import Hold
from backend.turn.egress.verdict import judge, look, outcome_of, trust

__all__ = [
    "FLAG_SENTENCE_BELOW",
    "DocumentWriter",
    "Hold",
    "Judge",
    "break_off",
    "carry_sentences",
    "conclude",
    "judge",
    "last_events",
    "look",
    "outcome_of",
    "screen_for",
    "trust",
]
