"""The events of a turn, as the corridor yields them. The wire gives each a number and a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backend.domain.errors import Failure
from backend.domain.reply import Reply, Source, Usage
from backend.domain.turn import AnswerKind, NoticeKind
from backend.domain.words import FALLBACK, error_sentence


@dataclass(frozen=True, slots=True)
class Start:
    """Accepted: the first event. `visitor` is the token of a new visitor."""

    turn: str
    conversation: str
    visitor: str | None
    model: str


@dataclass(frozen=True, slots=True)
class Delta:
    """The next characters of the reply document; joined they are one valid document."""

    json: str


ReplaceKind = Literal["withdrawn", "stored"]
"""`withdrawn`: the reply was taken back; `stored`: a reply from the book, of a turn whose events have expired."""


@dataclass(frozen=True, slots=True)
class Replace:
    """Drop what was shown, show this reply. `reason` is a sentence for the visitor, empty where none is owed."""

    reply: Reply
    reason: str
    kind: ReplaceKind = "withdrawn"


@dataclass(frozen=True, slots=True)
class Notice:
    """A line under the reply."""

    kind: NoticeKind
    text: str


@dataclass(frozen=True, slots=True)
class Sources:
    """The pages that the reply rests on."""

    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The last event of a turn that ended as it should, or was stopped by the visitor."""

    stop_reason: str
    is_valid: bool
    is_flagged: bool
    confidence: float
    usage: Usage
    kind: AnswerKind = "answer"


@dataclass(frozen=True, slots=True)
class Failed:
    """The last event instead of `Done`."""

    code: str
    message: str
    is_retryable: bool
    retry_after_s: int | None = None

    @classmethod
    def because(cls, failure: Failure, locale: str = FALLBACK) -> Failed:
        return cls(failure.code, error_sentence(failure, locale), failure.retryable, failure.retry_after_s)


Event = Start | Delta | Replace | Notice | Sources | Done | Failed
Terminal = (Done, Failed)


@dataclass(frozen=True, slots=True)
class Batch:
    """The next frames for a reader, as bytes ready for the wire; `has_ended` when the terminal event is among them."""

    frames: bytes
    last_id: int
    has_ended: bool
