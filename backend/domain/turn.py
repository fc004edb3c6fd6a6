"""A turn: one question with its reply, from the door to the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from backend.domain.approved import Approved
from backend.domain.flags import FlagReason
from backend.domain.items import Waiting
from backend.domain.knowledge import Found
from backend.domain.reply import Reply, Source, Usage
from backend.domain.site import Site


@dataclass(frozen=True, slots=True)
class Page:
    """Where on the host's site the visitor asked."""

    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to answer, as it came in at the door: read, but not yet judged.

    `conversation` is one of this visitor's, or new (`is_new_conversation`). `address` is the visitor's network
    address, used for limits alone and never stored.
    """

    turn: str
    site: Site
    visitor: str
    conversation: str
    message: str
    address: str
    is_new_conversation: bool = True
    page: Page = Page()
    locale: str = ""
    visitor_token: str | None = None  # sent with `start` when the visitor is new
    fingerprint: str = ""  # of the request's body: the same turn with another body is a conflict
    is_repeated: bool = False  # its answer was interrupted: it is answered anew, as the same turn
    was_anonymous: bool = True  # the request carried no visitor token, so its repetition may lack one too


@dataclass(frozen=True, slots=True)
class PastTurn:
    """An earlier turn of the conversation, for the prompt."""

    question: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Question:
    """A question as ingress let it in: the text that models and records may see, with the flags raised on the way."""

    text: str
    history: tuple[PastTurn, ...] = ()
    flags: tuple[FlagRaised, ...] = ()
    page: Page = Page()
    is_redacted: bool = False  # placeholders stand where personal data was


@dataclass(frozen=True, slots=True)
class FlagRaised:
    """A reason for which staff should look at a turn. `evidence` says what was seen, in the room's own words."""

    reason: FlagReason
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A row of the table of models. Prices are US dollars for a million tokens."""

    id: str
    tier: str = ""
    has_structured_output: bool = False
    context_tokens: int = 200_000
    input_usd: float = 0.0
    output_usd: float = 0.0
    cache_read_usd: float = 0.0
    cache_write_usd: float = 0.0
    ids: Mapping[str, str] = field(default_factory=dict)  # by provider, where it differs from `id`


@dataclass(frozen=True, slots=True)
class Route:
    """Which model answers, and by which rule, so that review can judge it."""

    model: Model
    because: str


@dataclass(frozen=True, slots=True)
class Permission:
    """Leave to ask a model once. A probe is the one call that tries whether a model that failed is back."""

    model: str
    is_probe: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a prompt; `is_last_stable` marks the end of what the provider may cache."""

    text: str
    is_last_stable: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt; `role` is user or assistant."""

    role: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A call to a language model. `schema` is the reply's JSON Schema where the model enforces it, else None."""

    model: Model
    system: tuple[Block, ...]
    messages: tuple[Message, ...]
    max_tokens: int
    schema: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The input of an answerer: the question with its conversation, the passages found for it, and the route."""

    site: Site
    question: Question
    found: Found
    route: Route
    locale: str = ""  # the visitor's, as their browser tells it


AnswerKind = Literal["answer", "talk", "nothing", "person"]
"""What a reply is: an answer; a word in return for small talk; that there is no answer; the way to a person."""


@dataclass(frozen=True, slots=True)
class Text:
    """The next characters that a model wrote."""

    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The model's own word that it has ended: without it, what was read is a cut and not an answer."""

    stop_reason: str  # end_turn max_tokens stop_sequence refusal pause_turn tool_use model_context_window_exceeded
    usage: Usage
    request_id: str = ""
    sources: tuple[Source, ...] = ()  # what an answerer that quotes has quoted; empty for one that cannot tell
    kind: AnswerKind = "answer"
    is_word_for_word: bool = False  # every sentence stands in a page of the site or in our own table of sentences


@dataclass(frozen=True, slots=True)
class Stopped:
    """The last piece of a call that the visitor has stopped: what it has cost, as far as that is known."""

    usage: Usage


Piece = Text | Ended | Stopped

TurnStatus = Literal["streaming", "done", "stopped", "failed", "for_person"]
NoticeKind = Literal["truncated", "disclaimer", "degraded", "restarted"]


class Stop:
    """A visitor's wish to stop, which wakes whoever waits for the model.

    One for each running turn, in the worker that runs it. `on_stop` callbacks run once, in the order in which they
    were added, in the greenlet that asks; one that is added after the wish runs at once.
    """

    __slots__ = ("_callbacks", "is_asked")

    def __init__(self) -> None:
        self.is_asked = False
        self._callbacks: list[Callable[[], None]] = []

    def on_stop(self, callback: Callable[[], None]) -> None:
        if self.is_asked:
            callback()
        else:
            self._callbacks.append(callback)

    def ask(self) -> None:
        if self.is_asked:
            return
        self.is_asked = True
        for callback in self._callbacks:
            callback()
        self._callbacks.clear()


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds from the question's arrival; None where it did not come to that."""

    admitted_ms: float = 0.0
    found_ms: float = 0.0
    asked_ms: float | None = None
    first_text_ms: float | None = None
    ended_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A turn at the moment it is accepted: kept before the first event goes out."""

    asked: Asked
    question: Question
    route: Route
    found: Found
    timings: Timings
    approved: Approved | None = None  # what our team has answered to this very question


@dataclass(frozen=True, slots=True)
class Opinion:
    """The opinion of a second model on a reply before it is shown: its doubt, empty where it agrees, and the cost."""

    doubt: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class Ending:
    """How a reply ended, as egress has judged it. `stop_reason` is empty where none was given.

    `is_replaced` where `reply` is an apology in the place of what the model wrote; `error` is a Failure's code.
    `confidence` is how far the reply can be believed, by what staff decided; the reply's own word until they did.
    """

    status: TurnStatus
    reply: Reply | None
    stop_reason: str = ""
    is_valid: bool = False
    flags: tuple[FlagRaised, ...] = ()
    sources: tuple[Source, ...] = ()
    notices: tuple[NoticeKind, ...] = ()
    is_replaced: bool = False
    error: str = ""
    confidence: float = 0.0
    kind: AnswerKind = "answer"
    second_look: Opinion | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """The cost of all attempts at a reply. `route` says who answered where it was not the first choice.

    `retries` is how often a model was asked again.
    """

    usage: Usage
    request_id: str = ""
    route: Route | None = None
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that a turn came to: how its reply ended, and what it took. See Ending and Spent for the fields."""

    status: TurnStatus
    reply: Reply | None
    stop_reason: str
    is_valid: bool
    flags: tuple[FlagRaised, ...]
    sources: tuple[Source, ...]
    notices: tuple[NoticeKind, ...]
    usage: Usage
    timings: Timings
    request_id: str = ""
    error: str = ""
    route: Route | None = None
    retries: int = 0
    waiting: Waiting | None = None  # what of it concerns staff
    calibrated: float | None = None  # the ending's confidence
