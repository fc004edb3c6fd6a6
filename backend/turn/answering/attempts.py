"""One reply, asked for until it is whole or cannot be had.

1. An attempt writes a draft of its own. Two attempts never write on one: what a visitor sees was written in one piece.
2. What was shown stays until a later attempt has something to show in its place; only then is it announced by
   `restarted`. An attempt that comes to nothing takes nothing away.
3. What is done after a failure stands in `failure_policy.toml`; here it is only carried out.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from backend.domain.errors import Failure, ModelMisshapen, ModelOverloaded, ModelTookNoRequest, Refusal
from backend.domain.events import Delta, Event, Notice
from backend.domain.ports import Answer, Answerer, Breaker, RetryBudget
from backend.domain.reply import Usage
from backend.domain.turn import Ended, NoticeKind, Permission, Route, Spent, Stop, Stopped
from backend.domain.words import sentence
from backend.turn.answering.draft import Draft
from backend.turn.answering.failure_policy import (
    AskAgain,
    AttemptState,
    GiveUp,
    MoveOn,
    Policy,
    Step,
    decide,
    read_policy,
)
from backend.turn.answering.generation import listen

AT_ONCE = "breaker_open"  # the reason of a fallback that no failure of this turn has caused


def wait_or_stop(seconds: float, stop: Stop) -> None:
    """Wait, but no longer than the visitor does."""
    bell = threading.Event()
    stop.on_stop(bell.set)
    bell.wait(seconds)


class TurnClock(Protocol):
    """Measures the turn."""

    def text(self) -> None:
        """The first text may be shown now."""

    def since_asked_s(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Answerers:
    """The answerers of a turn, and the breaker and budget that keep us from asking too often.

    `own_pages` answers where no model does; None where it is the one who is asked in the first place.
    """

    model: Answerer
    own_pages: Answerer | None
    breaker: Breaker
    retry_budget: RetryBudget
    policy: Policy = field(default_factory=read_policy)
    wait: Callable[[float, Stop], None] = wait_or_stop


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may answer. `prepare` makes ready what they will say; it may raise TooLarge."""

    route: Route
    prepare: Callable[[], Answer]
    by: Literal["model", "own_pages", "team"] = "model"

    @property
    def is_own_pages(self) -> bool:
        return self.by == "own_pages"


class Attempts:
    """The attempts of one turn. After `events`: what was shown, how it ended, and who answered.

    `ended` is None where the visitor stopped it, or where `events` raised.
    """

    def __init__(
        self,
        answerers: Answerers,
        candidates: Sequence[Candidate],
        new_draft: Callable[[], Draft],
        stop: Stop,
        watch: TurnClock,
        locale: str,
    ) -> None:
        self.draft = new_draft()
        self.ended: Ended | None = None
        self.retries = 0
        self.notices: tuple[NoticeKind, ...] = ()
        self._answerers = answerers
        self._first, *self._others = candidates
        self._at = self._first
        self._permission: Permission | None = None
        self._new_draft = new_draft
        self._has_restarted = False
        self._has_repaired = False
        self._failed_usage = Usage()
        self._stop = stop
        self._watch = watch
        self._locale = locale

    @property
    def answered_by(self) -> Literal["model", "own_pages", "team"]:
        """The kind of the one who was asked last."""
        return self._at.by

    @property
    def spent(self) -> Spent:
        """The cost of all attempts, and who answered."""
        other_route = None if self._at is self._first else self._at.route
        if self.ended is None:
            return Spent(self._failed_usage, "", other_route, self.retries)
        return Spent(self._failed_usage + self.ended.usage, self.ended.request_id, other_route, self.retries)

    def events(self) -> Iterator[Event]:
        """Yield `Delta` and `Notice` until a reply is whole or was stopped; raise the Failure where none can be had."""
        while not self._stop.is_asked:
            try:
                self._find_somebody()
                yield from self._attempt()
                return
            except Failure as failure:
                step = self._judge(failure)
                if isinstance(step, GiveUp):
                    yield from self._show(self.draft, self.draft.let_go())
                self._carry_out(step, failure)
        yield from self._show(self.draft, self.draft.close(None))

    def _attempt(self) -> Iterator[Event]:
        """Yield one attempt's reply; raise a Failure."""
        draft, ended = self._new_draft(), None
        if not self.draft.characters_shown:
            self.draft = draft
        for piece in listen(self._prepared(), self._stop):
            if isinstance(piece, Ended):
                ended = piece
            elif isinstance(piece, Stopped):
                self._failed_usage += piece.usage
            else:
                yield from self._show(draft, draft.hear(piece))
        if ended is None:
            yield from self._show(self.draft, self.draft.close(None))
            return
        refusal = sentence("refused", self._locale) if ended.stop_reason == "refusal" else ""
        yield from self._show(draft, draft.close(ended, fallback=refusal, may_be_repaired=self._take_repair))
        self.ended = ended
        self._report_success()
        if self._at.is_own_pages:
            self.notices = ("degraded",)

    def _show(self, draft: Draft, text: str) -> Iterator[Event]:
        """Yield what a draft lets out; a draft that takes another's place on the screen is announced first."""
        if not text:
            return
        if draft is not self.draft:
            self.draft = draft
            yield Notice("restarted", sentence("restarted", self._locale))
        self._watch.text()
        yield Delta(text)

    def _prepared(self) -> Answer:
        try:
            return self._at.prepare()
        except Refusal as refusal:  # the question was let in: that another model cannot take it is no refusal of it
            raise ModelTookNoRequest from refusal

    # What is done after a failure

    def _find_somebody(self) -> None:
        """Move on to the first candidate who may be asked now."""
        while self._at.by == "model":
            self._permission = self._answerers.breaker.ask(self._at.route.model.id)
            if self._permission:
                return
            self._move_on(AT_ONCE)

    def _judge(self, failure: Failure) -> Step:
        """Tell the breaker what happened, and decide by the table."""
        rule = self._answerers.policy.rule_for(failure)
        if self._permission and rule.breaker != "ignores":
            self._answerers.breaker.failed(self._permission, opens_at_once=rule.breaker == "opens")
        self._permission = None
        self._failed_usage += failure.usage
        if self._at.by != "model":
            return GiveUp()
        if isinstance(failure, ModelMisshapen):
            return AskAgain(0.0)  # its retry is taken already
        step = decide(failure, self._progress(), self._answerers.policy, random.random())  # noqa: S311  no secret
        if isinstance(step, AskAgain) and not self._answerers.retry_budget.take():
            return GiveUp() if self.draft.characters_shown else MoveOn()
        return step

    def _take_repair(self) -> bool:
        """Take the one retry that a document of another form is worth; where there is none, its words are shown."""
        if self._has_repaired or self._at.by != "model":
            return False
        self._has_repaired = True
        step = decide(ModelMisshapen(), self._progress(), self._answerers.policy, luck=0.0)
        return isinstance(step, AskAgain) and self._answerers.retry_budget.take()

    def _progress(self) -> AttemptState:
        elapsed_s = self._watch.since_asked_s()
        return AttemptState(elapsed_s, self.retries, self.draft.characters_shown, self._has_restarted)

    def _carry_out(self, step: Step, failure: Failure) -> None:
        match step:
            case AskAgain(wait_s):
                self.retries += 1
                self._has_restarted = self.draft.characters_shown > 0
                self._answerers.wait(wait_s, self._stop)
            case MoveOn(to_own_pages):
                self._move_on(failure.kind, to_own_pages=to_own_pages, failure=failure)
            case GiveUp():
                raise failure

    def _move_on(self, reason: str, *, to_own_pages: bool = False, failure: Failure | None = None) -> None:
        """Let the next candidate answer; raise the failure where nobody is left."""
        while self._others:
            chosen = self._others.pop(0)
            if chosen.is_own_pages or not to_own_pages:
                route = replace(chosen.route, because=f"fallback: {reason}")
                self._at = replace(chosen, route=route)
                return
        raise failure or ModelOverloaded()

    def _report_success(self) -> None:
        if self._permission:
            self._answerers.breaker.succeeded(self._permission)
            self._answerers.retry_budget.earn()
            self._permission = None
