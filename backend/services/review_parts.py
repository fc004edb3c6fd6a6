"""The parts that use-cases of the review need: the books of sites and of people, as one protocol."""

from __future__ import annotations

from typing import Protocol

from backend.services.account_parts import AccountParts
from backend.services.announce import Webhooks
from backend.services.parts import SiteParts


class ReviewParts(SiteParts, AccountParts, Webhooks, Protocol):
    """The books of sites and of people together. `backend.app.House` implements it."""
