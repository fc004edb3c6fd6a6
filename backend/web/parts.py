"""The parts behind the doors: `app` picks them, the Flask app keeps them, and `parts()` returns them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import current_app, request

from backend.domain.errors import VisitorInvalid
from backend.domain.ports import IdentityBook, SiteBook, TurnBook, TurnLog
from backend.http.addresses import Network, client_address
from backend.http.body import bearer_of
from backend.http.fair_gate import FairGate
from backend.http.limits import LiveStreams, QuestionLimits
from backend.services.outgoing_parts import OutgoingParts
from backend.turn.rooms import Rooms
from backend.web.drain import Drain
from backend.web.origins import Origins
from backend.web.proofs import Proofs
from backend.web.sightings import Sightings
from backend.web.visitors import VisitorTokens
from backend.wire.producer import Producer

KEY = "deskbell"


@dataclass(frozen=True, slots=True)
class Parts:
    """The real parts behind the doors.

    `problems` says what is not ready, one line each, none when all is; `notes` what an operator should see to although
    we are ready. `refused` takes (code, status, door) of a request that was refused; `reported` takes (site's key,
    kind) of a problem that a widget has seen on its page.
    """

    sites: SiteBook
    identities: IdentityBook
    book: TurnBook
    log: TurnLog
    producer: Producer
    rooms: Rooms
    house: OutgoingParts
    visitors: VisitorTokens
    origins: Origins
    live: LiveStreams
    gate: FairGate
    proofs: Proofs
    drain: Drain
    redis_url: str | None
    workers: int
    trusted_proxies: tuple[Network, ...]
    problems: Callable[[], list[str]]
    metrics: Callable[[], tuple[bytes, str]]
    reported: Callable[[str, str], None]
    sightings: Sightings
    refused: Callable[[str, int, str], None]
    notes: Callable[[], list[str]]
    widget_file: Path
    demo_dir: Path | None

    def may_read(self, origin: str) -> bool:
        """Tell whether any site, or we, have this origin: what a preflight, which names no site, can be told."""
        return self.origins.is_ours(origin) or self.sites.has_origin(origin)


def parts() -> Parts:
    found: Parts = current_app.extensions[KEY]
    return found


def question_limits() -> QuestionLimits:
    found: QuestionLimits = current_app.extensions[f"{KEY}_limits"]
    return found


def address_of_client() -> str:
    return client_address(
        request.remote_addr or "", request.headers.get("X-Forwarded-For", ""), parts().trusted_proxies
    )


def visitor_of_request() -> tuple[int, str]:
    """Return (site id, visitor) of the request's token; raise VisitorInvalid without a good one."""
    token = bearer_of(request)
    if token is None:
        raise VisitorInvalid("Authorization: missing; send `Bearer` and the visitor token that came with `start`")
    return parts().visitors.read(token)
