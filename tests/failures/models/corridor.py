"""The real corridor in this process: store, library, Claude's client and the answerer of our own pages.

Only waits before a retry are not waited for: they are written down, and move a clock that the test holds.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from backend.domain.conversation import StoredTurn
from backend.domain.events import Delta, Done, Event, Failed, Notice, Start
from backend.domain.site import Models, Site
from backend.domain.turn import Asked, Model, Opening, Outcome, Stop
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.providers.breaker import MemoryBreaker
from backend.providers.call_rules import TimeLimits, read_call_rules
from backend.providers.claude import ClaudeAnswerer, connect
from backend.providers.embedded import EmbeddedAnswerer
from backend.providers.models import find_model, read_table
from backend.providers.retry_budget import MemoryRetryBudget
from backend.store import Store
from backend.turn.answering import Answerers, schema
from backend.turn.answering.attempts import wait_or_stop
from backend.turn.ingress import Checks
from backend.turn.ingress.injection import InjectionModel
from backend.turn.ingress.personal_data import PersonalData
from backend.turn.prompt import PromptedModel
from backend.turn.rooms import Rooms
from backend.turn.run import run_turn

QUESTION = "How long do I have to return a tent?"  # the rule for short questions gives it to the fast model
WHY = "Why may I return a tent, and how long do I have?"  # the rule for reasons gives it to the deep model
LIMITS = TimeLimits(connect_s=5, first_text_s=5, idle_s=5, total_s=20)  # a busy machine must not look like a dead model


@dataclass
class HeldClock:
    """A clock that the test moves; implements the port `Clock`."""

    seconds: float = 1_000.0

    def now(self) -> float:
        return self.seconds

    def monotonic(self) -> float:
        return self.seconds


@dataclass
class Ends:
    """Keeps what is told of each turn's end; implements the port `TurnObserver`."""

    ends: list[tuple[Opening, Outcome]] = field(default_factory=list)

    def turn_ended(self, opening: Opening, outcome: Outcome) -> None:
        self.ends.append((opening, outcome))


@dataclass(frozen=True)
class Told:
    """What a visitor was told in one turn."""

    events: list[Event]
    stored: StoredTurn

    @property
    def end(self) -> Event:
        return self.events[-1]

    @property
    def notices(self) -> list[str]:
        return [event.kind for event in self.events if isinstance(event, Notice)]

    @property
    def document(self) -> str:
        """The characters of the document that is on the screen: those after the last restart."""
        text = ""
        for event in self.events:
            if isinstance(event, Delta):
                text += event.json
            elif isinstance(event, Notice) and event.kind == "restarted":
                text = ""
        return text

    @property
    def reply(self) -> dict[str, object]:
        reply: dict[str, object] = json.loads(self.document)
        return reply

    @property
    def part(self) -> str:
        """The message of a document that was not finished."""
        return str(json.loads(self.document + '"}')["message"]) if self.document else ""


class Corridor:
    """One site with its rooms. Every instance has a closed breaker and a fresh retry budget."""

    def __init__(
        self,
        store: Store,
        site: Site,
        finder: PersonalData,
        url: str,
        *,
        limits: TimeLimits = LIMITS,
        waits_really: bool = False,
    ) -> None:
        self.clock = HeldClock()
        self.waits: list[float] = []
        self.observer = Ends()
        self.client = connect("anthropic", api_key="sk-test", base_url=url, limits=limits)
        rules, library = read_call_rules(), KnowledgeLibrary(store.passages)
        self.breaker = MemoryBreaker(rules.breaker, self.clock.monotonic)
        self.budget = MemoryRetryBudget(rules.retry_budget, self.clock.monotonic)
        self.site, self._store = site, store
        claude = ClaudeAnswerer(self.client, pace_s=0, limits=limits)
        self.rooms = Rooms(
            checks=Checks(finder, InjectionModel()),
            knowledge=library,
            find_model=model_finder(),
            answerers=Answerers(
                model=PromptedModel(claude, schema(), canary_of),
                own_pages=EmbeddedAnswerer(library, pace_s=0),
                breaker=self.breaker,
                retry_budget=self.budget,
                wait=wait_or_stop if waits_really else self._wait,
            ),
            book=store.book,
            observer=self.observer,
            clock=self.clock,
            canary_of=canary_of,
            second_model=claude,
        )

    def ask(
        self, question: str = QUESTION, stop: Stop | None = None, hear: Callable[[Event], None] | None = None
    ) -> Told:
        """Ask a question as a new visitor; `hear` is called with each event as it comes."""
        turn = str(uuid.uuid4())
        asked = Asked(turn, self.site, f"v_{turn}", f"c_{turn}", question, "127.0.0.1")
        events: list[Event] = []
        for event in run_turn(asked, self.rooms, stop or Stop()):
            events.append(event)
            if hear:
                hear(event)
        stored = self._store.book.turn(self.site, turn)
        assert stored is not None
        told = Told(events, stored)
        check_shape(told)
        return told

    def close(self) -> None:
        self.client.close()

    def _wait(self, seconds: float, _stop: Stop) -> None:
        self.waits.append(seconds)
        self.clock.seconds += seconds


def canary_of(_site: int) -> str:
    return "dk-canary"


def model_finder() -> Callable[[str, Models], Model]:
    table = read_table()
    return lambda model_id, chosen: find_model(model_id, table, chosen)


def check_shape(told: Told) -> None:
    """Check what is true of every turn: one start, one end, and what is stored is what was shown."""
    assert isinstance(told.events[0], Start)
    assert [event for event in told.events if isinstance(event, (Done, Failed))] == [told.end]
    assert told.notices.count("restarted") <= 1
    if isinstance(told.end, Done):
        assert told.stored.status in ("done", "stopped")
    if isinstance(told.end, Failed):
        assert told.stored.status == "failed"
        assert told.end.message
        assert told.stored.error == told.end.code
    shown = told.reply["message"] if isinstance(told.end, Done) and told.document else told.part
    assert (told.stored.reply.message if told.stored.reply else "") == shown
