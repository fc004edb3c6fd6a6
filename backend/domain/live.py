"""A person of the staff in a visitor's conversation, and what happens in it besides turns.

Rules:
1. One person at a time is in a conversation. Whoever joins gets the next number; what an earlier number still sends is
   refused.
2. While a person is in it the assistant is silent: a question is kept for the person (`for_person`), and no model is
   asked.
3. What happens is numbered 1, 2, 3 … within the conversation. Who reads on from a number hears each event once, in
   order.
4. A person who does nothing for a while has left: nobody is kept waiting by somebody who went home.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

EventKind = Literal["joined", "message", "left", "correction"]
IDLE = timedelta(minutes=10)
HERE = timedelta(seconds=75)  # a visitor whose page asked for news within this is there
TYPING = timedelta(seconds=6)
LONGEST_MESSAGE = 4_000


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """Something that happened outside turns. `after` is the turn that stood last when it did, or that it is about.

    `id` is the sender's own: the same message sent twice is there once.
    """

    number: int
    kind: EventKind
    id: str
    name: str
    text: str
    after: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is in a conversation. `number` counts how often somebody has joined; `person` is None for nobody."""

    person: int | None
    name: str
    number: int
    last: int  # the number of the last event
    joined_at: datetime | None
    person_types: bool
    visitor_types: bool
    visitor_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Joined:
    """A person is in. `running` are the turns that are being answered meanwhile, and are to be stopped."""

    number: int
    running: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation in the staff's list: its last question, who is in it, and whether its visitor is there."""

    conversation: str
    question: str
    at: datetime
    person: int | None
    name: str
    visitor_seen_at: datetime | None
