"""What the corridor needs from outside: who keeps, who searches, who answers, what time it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from backend.domain.ports import Clock, FindsApproved, LanguageModel, Library, TurnKeeper, TurnObserver
from backend.domain.site import Models
from backend.domain.turn import Model
from backend.turn import answering, egress, ingress


@dataclass(frozen=True, slots=True)
class Rooms:
    """The parts that the corridor needs from outside. `find_model` is None where no model is configured; `judge` may do
    its work where no stream waits for it."""

    checks: ingress.Checks
    knowledge: Library
    find_model: Callable[[str, Models], Model] | None
    answerers: answering.Answerers
    book: TurnKeeper
    observer: TurnObserver
    clock: Clock
    canary_of: Callable[[int], str]
    judge: egress.Judge = egress.judge
    find_approved: FindsApproved | None = None
    second_model: LanguageModel | None = None
