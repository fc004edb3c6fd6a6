"""What is said? Attempts, each with a draft of its own; a table says what to do when one fails.

This is the door: others import from here alone.
"""

from __future__ import annotations

from backend.turn.answering.attempts import Answerers, Attempts, Candidate
from backend.turn.answering.draft import STOPPED, Draft
from backend.turn.answering.parsing.check import schema
from backend.turn.answering.team import tell_again

__all__ = ["STOPPED", "Answerers", "Attempts", "Candidate", "Draft", "schema", "tell_again"]
