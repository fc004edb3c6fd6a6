"""The books of what goes out, and who carries it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from backend.domain.outgoing import Delivery, DueLetter, EventName, Form, Letter, Parcel, TestEvent, Tried, Webhook
from backend.domain.site import Site


class WebhookBook(Protocol):
    """Webhooks and what was sent to them (implemented by store). What they say is encrypted at rest."""

    def add(self, site: Site, url: str, form: Form, events: Sequence[EventName], secret: str, by: str) -> Webhook: ...

    def webhooks(self, site: Site) -> Sequence[Webhook]:
        """Return the site's webhooks, the oldest first."""

    def webhook(self, site: Site, webhook: str) -> Webhook | None: ...

    def remove(self, site: Site, webhook: str) -> bool:
        """Forget a webhook with all that was sent to it; False where there is none."""

    def switch_on(self, site: Site, webhook: str) -> bool:
        """Send to a webhook again that was switched off; False where there is none."""

    def put_on(self, site: Site, event: EventName, told: Mapping[str, object], conversation: str | None = None) -> int:
        """Keep an event for every webhook of the site that wants it; return for how many."""

    def put_on_one(self, webhook: Webhook, event: EventName | TestEvent, told: Mapping[str, object]) -> str:
        """Keep an event for one webhook, whatever it wants; return the delivery's id."""

    def deliveries(self, webhook: Webhook, most: int, before: str | None = None) -> Sequence[Delivery]:
        """Return what was sent to a webhook, the newest first, from before a delivery on."""

    def send_again(self, webhook: Webhook, delivery: str) -> bool:
        """Let a delivery that has ended be tried anew, under its own id; False where there is none."""

    def take_due(self, most: int, again_at: datetime) -> Sequence[Parcel]:
        """Return what is due, each to one caller alone; what is not settled comes again at `again_at`."""

    def settle(self, delivery: Delivery, tried: Tried, next_at: datetime | None) -> None:
        """Keep what came of a try; it is over where there is no next one."""

    def switch_off(self, webhook: Webhook, why: str) -> None: ...

    def failing_since(self, webhook: Webhook) -> datetime | None:
        """Return when the first try failed after which none has arrived; None where the last one did."""


class LetterBook(Protocol):
    """Letters on their way (implemented by store), encrypted at rest; a letter's words go when it is over."""

    def put_on(self, letter: Letter, waits: timedelta = timedelta()) -> None:
        """Keep a letter to be sent after a while; one with the same id is there already and stays."""

    def withdraw(self, letter: str) -> bool:
        """Hold a letter back; False where it has gone out already, or is not known."""

    def take_due(self, most: int, again_at: datetime) -> Sequence[DueLetter]:
        """Return what is due, each to one caller alone; what is not settled comes again at `again_at`."""

    def settle(self, letter: str, tried: Tried, next_at: datetime | None) -> None:
        """Keep what came of a try; it is over where there is no next one."""

    def state(self, letter: str) -> tuple[str, str] | None:
        """Return a letter's state and what was said of the last try; None where it is not known."""


class Poster(Protocol):
    """Sends what a webhook is told (implemented by outgoing)."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Tried: ...


class Inbox(Protocol):
    """The inbox to which visitors answer our letters (implemented by outgoing)."""

    def take(self, heard: Callable[[bytes], None]) -> int:
        """Hand over each unread mail once; return how many there were. Raise InboxAway where nobody can look."""


class Mailer(Protocol):
    """Hands letters in at a mail server (implemented by outgoing)."""

    def send(self, letters: Sequence[Letter], settle: Callable[[Letter, Tried], None]) -> None:
        """Send letters one after the other, and say of each what came of it."""
