"""What we tell others without being asked: events by webhook, and letters by mail.

Rules:
1. What is to go out is kept first, and sent by the process for jobs: whoever caused it waits for nobody.
2. Each is tried again until it arrives or a day has passed; every try carries the same id, so that a receiver can tell
   what it has seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeGuard, get_args

EventName = Literal["flag.raised", "handoff.requested", "item.decided", "budget.reached", "version.published"]
TestEvent = Literal["test.sent"]
Form = Literal["generic", "slack", "teams"]
EVENTS: tuple[EventName, ...] = get_args(EventName)
FORMS: tuple[Form, ...] = get_args(Form)
TEST: TestEvent = "test.sent"
State = Literal["waiting", "done", "failed"]


def is_event(name: object) -> TypeGuard[EventName]:
    return name in EVENTS


def is_form(name: object) -> TypeGuard[Form]:
    return name in FORMS


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address of the owner's that hears of these events. `note` says why it is off; empty where it is on."""

    id: str
    site_id: int
    url: str
    form: Form
    events: tuple[EventName, ...]
    is_on: bool
    note: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook. `status` and `answer` are those of the last try."""

    id: str
    webhook: str
    event: str
    state: State
    tries: int
    status: int | None
    answer: str
    created_at: datetime
    next_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery that is due, with all that is needed to send it. `told` is what happened."""

    delivery: Delivery
    webhook: Webhook
    secret: str
    told: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in plain text. `id` is the same for the same occasion and person, so that nobody gets it twice.

    `site` and `conversation` say what it goes away with; `name` is who writes. `thread` holds the ids of the letters
    that it follows, the first one first.
    """

    id: str
    to: str
    subject: str
    text: str
    name: str
    kind: str
    site_id: int | None = None
    conversation: str | None = None
    reply_to: str = ""
    thread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DueLetter:
    """A letter that is to be sent now."""

    letter: Letter
    tries: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try. `may_pass`: later may help; `is_unwanted`: the receiver wants no more of them, ever."""

    has_arrived: bool
    said: str = ""
    status: int | None = None
    may_pass: bool = True
    wait_s: float = 0.0
    is_unwanted: bool = False


@dataclass(frozen=True, slots=True)
class InboxServer:
    """Where mails to us are looked up, over IMAP."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str
    password: str
    folder: str = "INBOX"

    def __repr__(self) -> str:
        return f"InboxServer({self.host}:{self.port})"  # never the password


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in, and who they are from."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str
    password: str
    sender: str

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"  # never the password
