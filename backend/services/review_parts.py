"""The parts that use-cases of the review need: the books of sites and of people, as one protocol."""

from __future__ import annotations

from typing import Protocol

from backend.domain.ports import PersonalDataFinder
from backend.services.outgoing_parts import OutgoingParts


class ReviewParts(OutgoingParts, Protocol):
    """The books of sites and of people together, and who finds personal data. `backend.app.House` implements it."""

    @property
    def personal_data(self) -> PersonalDataFinder: ...
