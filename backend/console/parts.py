"""The parts behind the staff's door: `app` picks them, the Flask app keeps them, and `parts()` returns them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flask import current_app, request

from backend.domain.accounts import Where
from backend.domain.site import Models
from backend.domain.turn import Model
from backend.http.addresses import Network, client_address, limit_key
from backend.services.review_parts import ReviewParts

KEY = "deskbell_console"


class StaffParts(ReviewParts, Protocol):
    """The books of sites and of people: all that use-cases of the staff's door need."""

    @property
    def model_finder(self) -> Callable[[str, Models], Model] | None:
        """What looks a model up; None where no language model is configured."""


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """The real parts behind the staff's door. `public_url` is where browsers find us."""

    house: StaffParts
    secret: bytes
    public_url: str
    trusted_proxies: tuple[Network, ...]
    widget_file: Path

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")


def parts() -> ConsoleParts:
    found: ConsoleParts = current_app.extensions[KEY]
    return found


def house() -> StaffParts:
    return parts().house


def where() -> Where:
    """Return where the request comes from."""
    address = client_address(
        request.remote_addr or "", request.headers.get("X-Forwarded-For", ""), parts().trusted_proxies
    )
    return Where(limit_key(address), request.headers.get("User-Agent", ""))
