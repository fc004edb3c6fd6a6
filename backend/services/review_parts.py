"""The parts that use-cases of the review need: the books of sites and of people, as one protocol."""

from __future__ import annotations

from typing import Protocol

from backend.domain.ports import PersonalDataFinder
from backend.services.account_parts import AccountParts
from backend.services.announce import Webhooks
from backend.services.parts import SiteParts


class ReviewParts(SiteParts, AccountParts, Webhooks, Protocol):
    """Books of sites and people, what goes out, and who finds personal data. `backend.app.House` implements it."""

    @property
    def personal_data(self) -> PersonalDataFinder: ...
