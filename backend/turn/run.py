"""The corridor: one question walks past the rooms in order and leaves as domain events, never bytes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from backend.domain.approved import MODEL, Approved
from backend.domain.errors import Failure, Internal, NotKept
from backend.domain.events import Done, Event, Failed, Notice, Start
from backend.domain.ports import Answer, Clock, FindsApproved, LanguageModel, Library, TurnKeeper, TurnObserver
from backend.domain.reply import Reply, Source, Usage
from backend.domain.site import Models
from backend.domain.turn import Asked, Ending, Inquiry, Model, Opening, Opinion, Route, Stop
from backend.domain.words import sentence
from backend.turn import answering, confirming, egress, ingress, prompt, record, retrieval, routing

FOR_PERSON = "for_person"


@dataclass(frozen=True, slots=True)
class Rooms:
    """The parts that the corridor needs from outside. `find_model` is None where no model is configured; `judge` may do
    its work where no stream waits for it."""

    checks: ingress.Checks
    knowledge: Library
    find_model: Callable[[str, Models], Model] | None
    answerers: answering.Answerers
    book: TurnKeeper
    observer: TurnObserver
    clock: Clock
    canary_of: Callable[[int], str]
    judge: egress.Judge = egress.judge
    find_approved: FindsApproved | None = None
    second_model: LanguageModel | None = None


def run_turn(asked: Asked, rooms: Rooms, stop: Stop) -> Iterator[Event]:
    """Yield `Start` first and `Done` or `Failed` last; raise a Refusal instead of `Start` where it is not let in."""
    watch = record.Stopwatch(rooms.clock)
    opening = admit(asked, rooms, watch)
    attempts = line_up(opening, rooms, stop, watch)
    is_for_person = rooms.book.begin(opening)
    yield Start(asked.turn, asked.conversation, asked.visitor_token, "" if is_for_person else opening.route.model.id)
    if opening.question.is_redacted:
        yield Notice("disclaimer", sentence("redacted", asked.locale))

    if is_for_person:  # the assistant is silent: whoever is in the conversation has the question before them
        yield Done(FOR_PERSON, True, False, 1.0, Usage())
        return

    watch.asked()
    hold = egress.Hold(asked.site.settings.safety.hold)
    try:
        yield from hold.all_but_text(attempts.events())
        judge = egress.trust if opening.approved else rooms.judge
        look_again = second_look(opening, attempts, rooms, stop)
        ending = egress.conclude(attempts.draft, attempts.ended, attempts.notices, opening, hold, judge, look_again)
        yield from egress.last_events(ending, hold.deltas, asked.locale)
    except Failure as failure:
        ending = egress.break_off(hold.shown(attempts.draft.so_far()), failure)
        with contextlib.suppress(NotKept):  # the visitor is told of the failure; the book is told when it takes it
            keep(opening, ending, attempts, rooms, watch)
        yield Failed.because(failure, asked.locale)
        return
    except Exception:  # whatever broke: no turn stays open in the book. Who runs the turn tells log and visitor
        ending = egress.break_off(hold.shown(attempts.draft.so_far()), Internal())
        with contextlib.suppress(NotKept):
            keep(opening, ending, attempts, rooms, watch)
        raise
    try:
        keep(opening, ending, attempts, rooms, watch)
    except NotKept as failure:
        yield Failed.because(failure, asked.locale)
        return
    usage = record.usage_of(ending, attempts.spent)
    yield Done(ending.stop_reason, ending.is_valid, bool(ending.flags), ending.confidence, usage, ending.kind)


def admit(asked: Asked, rooms: Rooms, watch: record.Stopwatch) -> Opening:
    """Walk the first three rooms: may it come in, what do we know, who should answer."""
    most = prompt.MOST_PAST_TURNS
    past = () if asked.is_new_conversation else rooms.book.history(asked.site, asked.conversation, most)
    question = ingress.admit(asked, past, rooms.checks)
    watch.admitted()
    found = retrieval.find_passages(question, asked.site, asked.locale, rooms.knowledge)
    watch.found()
    approved = rooms.find_approved(asked, question, found) if rooms.find_approved else None
    route = routing.TEAM if approved else routing.choose_route(question, asked.site.settings.models, rooms.find_model)
    return Opening(asked, question, route, found, watch.read(), approved=approved)


def line_up(opening: Opening, rooms: Rooms, stop: Stop, watch: record.Stopwatch) -> answering.Attempts:
    """Return the attempts to come, with all who may answer in their order; raise TooLarge for the first of them."""
    if opening.approved:
        candidates = [answering.Candidate(opening.route, partial(told_again, opening, opening.approved), by="team")]
    else:
        candidates = candidates_for(opening, rooms)
    canary, safety = rooms.canary_of(opening.asked.site.id), opening.asked.site.settings.safety

    def new_draft() -> answering.Draft:
        return answering.Draft(egress.screen_for(safety, canary, prompt.RULES), egress.DocumentWriter())

    return answering.Attempts(rooms.answerers, candidates, new_draft, stop, watch, opening.asked.locale)


def told_again(opening: Opening, approved: Approved) -> Answer:
    """Return what tells our team's answer, with the pages that it rests on."""
    pages = [
        Source(passage.document, passage.title, passage.url)
        for passage in opening.found.passages
        if passage.document in approved.pages
    ]
    by_us = Source(f"{MODEL}-{approved.id}", sentence("answered_by_team", opening.asked.locale), "")
    return answering.tell_again(approved.reply, [by_us, *pages])


def candidates_for(opening: Opening, rooms: Rooms) -> list[answering.Candidate]:
    """Return who may answer, in their order: the route's model, the next one down, the site's own pages."""
    site, answerers = opening.asked.site, rooms.answerers
    inquiry = Inquiry(site, opening.question, opening.found, opening.route, opening.asked.locale)
    first = answerers.model.prepare(inquiry)
    candidates = [answering.Candidate(opening.route, lambda: first)]
    if answerers.own_pages and rooms.find_model:
        if model := routing.next_model_down(opening.route.model, site.settings.models, rooms.find_model):
            other = replace(inquiry, route=Route(model, because=""))
            candidates.append(answering.Candidate(other.route, partial(answerers.model.prepare, other)))
        own = replace(inquiry, route=Route(routing.EMBEDDED, because=""))
        candidates.append(answering.Candidate(own.route, partial(answerers.own_pages.prepare, own), by="own_pages"))
    return candidates


def second_look(
    opening: Opening, attempts: answering.Attempts, rooms: Rooms, stop: Stop
) -> Callable[[Reply], Opinion] | None:
    """Return what has the fast model look at a reply before it is shown; None where the site does not want that, or no
    model has written the reply."""
    settings, ask, find = opening.asked.site.settings, rooms.second_model, rooms.find_model
    if not settings.safety.second_look or ask is None or find is None or attempts.answered_by != "model":
        return None
    model = find(settings.models.fast, settings.models)
    return lambda reply: confirming.confirm(prompt.lay_out_second_look(opening, reply, model), ask, stop)


def keep(opening: Opening, ending: Ending, attempts: answering.Attempts, rooms: Rooms, watch: record.Stopwatch) -> None:
    waiting = record.waiting_of(opening, ending)
    outcome = record.outcome_of(ending, attempts.spent, watch.read(has_ended=True), waiting)
    record.keep(opening, outcome, rooms.book, rooms.observer)
