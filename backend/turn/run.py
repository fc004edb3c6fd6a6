"""The corridor: one question walks past the rooms in order and leaves as domain events, never bytes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from backend.domain.errors import Failure, NotKept
from backend.domain.events import Done, Event, Failed, Notice, Replace, Sources, Start
from backend.domain.ports import Clock, Library, TurnBook, TurnObserver
from backend.domain.reply import Reply
from backend.domain.site import Models
from backend.domain.turn import Asked, FlagRaised, Model, Opening, Outcome, Prompt, Route, Stop
from backend.turn import ingress, prompt, record, retrieval, routing
from backend.turn.answering import Answerers, Answering, Candidate
from backend.turn.draft import STOPPED, Draft
from backend.turn.egress.guard import screen_for
from backend.turn.egress.verdict import Verdict, judge
from backend.turn.held import Held
from backend.turn.parsing.check import schema
from backend.turn.prompt import MOST_PAST_TURNS
from backend.turn.prompt.persona import RULES
from backend.turn.words import sentence


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the corridor needs from outside. `find_model` is None where no model is configured."""

    checks: ingress.Checks
    knowledge: Library
    find_model: Callable[[str, Models], Model] | None
    answerers: Answerers
    book: TurnBook
    observer: TurnObserver
    clock: Clock
    canary_of: Callable[[int], str]


def run_turn(asked: Asked, rooms: Rooms, stop: Stop) -> Iterator[Event]:
    """Yield `Start` first and `Done` or `Failed` last; raise a Refusal instead of `Start` where it is not let in."""
    opening, laid_out, watch = prepare(asked, rooms)
    rooms.book.begin(opening)
    yield Start(asked.turn, asked.conversation, asked.visitor_token, opening.route.model.id)
    if opening.question.is_redacted:
        yield Notice("disclaimer", sentence("redacted", asked.locale))

    canary = rooms.canary_of(asked.site.id)
    people = candidates(opening, laid_out, rooms)
    safety = asked.site.settings.safety
    answering = Answering(
        rooms.answerers,
        people,
        lambda: Draft(screen_for(safety, canary, RULES)),
        stop,
        watch,
        asked.locale,
    )
    watch.asked()
    held = Held(safety.hold)
    try:
        yield from held.all_but_text(answering.events())
    except Failure as failure:
        with contextlib.suppress(NotKept):  # the visitor is told of the failure; the book is told when it takes it
            keep_failure(opening, answering, held, failure, rooms, watch)
        yield Failed.because(failure)
        return

    try:
        yield from finish(opening, answering, held, rooms, watch)
    except NotKept as failure:
        yield Failed.because(failure)


def prepare(asked: Asked, rooms: Rooms) -> tuple[Opening, Prompt, record.Stopwatch]:
    """Walk the first four rooms: may it come in, what do we know, who answers, what do we say."""
    watch = record.Stopwatch(rooms.clock)
    past = () if asked.is_new_conversation else rooms.book.history(asked.site, asked.conversation, MOST_PAST_TURNS)
    question = ingress.admit(asked, past, rooms.checks)
    watch.admitted()
    found = retrieval.find_passages(question, asked.site, asked.locale, rooms.knowledge)
    watch.found()
    route = routing.choose_route(question, asked.site.settings.models, rooms.find_model)
    opening = Opening(asked, question, route, found, watch.read())
    return opening, lay_out(opening, route, rooms), watch


def lay_out(opening: Opening, route: Route, rooms: Rooms) -> Prompt:
    site = opening.asked.site
    return prompt.lay_out(opening.question, opening.found, route, site, schema(), rooms.canary_of(site.id))


def candidates(opening: Opening, laid_out: Prompt, rooms: Rooms) -> list[Candidate]:
    """Return who may answer, in the order in which they are asked: the route's model, the next one down, our pages."""
    chosen = [Candidate(opening.route, lambda: laid_out)]
    if rooms.find_model is None:
        return chosen
    if other := routing.next_model_down(opening.route.model, opening.asked.site.settings.models, rooms.find_model):
        route = Route(other, because="")
        chosen.append(Candidate(route, partial(lay_out, opening, route, rooms)))
    own_pages = Route(routing.EMBEDDED, because="")
    chosen.append(Candidate(own_pages, lambda: replace(laid_out, model=routing.EMBEDDED), is_own_pages=True))
    return chosen


def finish(
    opening: Opening, answering: Answering, held: Held, rooms: Rooms, watch: record.Stopwatch
) -> Iterator[Event]:
    """Judge the whole, keep it, and say how it ended."""
    locale, draft, ended = opening.asked.locale, answering.draft, answering.ended
    stop_reason = ended.stop_reason if ended else STOPPED
    reply, verdict = draft.reply, Verdict((), (), ())
    if draft.caught:
        verdict = Verdict((FlagRaised(draft.caught),), (), (), is_replaced=True)
    elif reply and ended:
        settings = opening.asked.site.settings
        verdict = judge(reply, opening.question, opening.found, ended, settings, is_valid=draft.is_valid)
    if verdict.is_replaced:
        reply, verdict = Reply(sentence("withdrawn", locale), 0.0), replace(verdict, notices=(), sources=())
        yield Replace(reply, sentence("withdrawn_reason", locale))
    elif ended:
        yield from held.deltas
    else:
        reply = held.shown(reply)
    notices = (*answering.notices, *verdict.notices)
    if verdict.sources:
        yield Sources(verdict.sources)
    for kind in notices:
        yield Notice(kind, sentence(kind, locale))
    outcome = Outcome(
        status="done" if ended else "stopped",
        reply=reply,
        stop_reason=stop_reason,
        is_valid=draft.is_valid,
        flags=verdict.flags,
        sources=verdict.sources,
        notices=notices,
        usage=answering.usage,
        timings=watch.read(has_ended=True),
        request_id=ended.request_id if ended else "",
        route=answering.other_route,
        retries=answering.retries,
    )
    record.keep(opening, outcome, rooms.book, rooms.observer)
    confidence = reply.confidence if reply else 0.0
    yield Done(stop_reason, draft.is_valid, bool(verdict.flags), confidence, answering.usage)


def keep_failure(
    opening: Opening, answering: Answering, held: Held, failure: Failure, rooms: Rooms, watch: record.Stopwatch
) -> None:
    """Keep what was shown of a reply that could not be finished, and why."""
    outcome = Outcome(
        status="failed",
        reply=held.shown(answering.draft.so_far()),
        stop_reason="",
        is_valid=False,
        flags=(FlagRaised("failed", failure.code),),
        sources=(),
        notices=(),
        usage=answering.usage,
        timings=watch.read(has_ended=True),
        error=failure.code,
        route=answering.other_route,
        retries=answering.retries,
    )
    record.keep(opening, outcome, rooms.book, rooms.observer)
