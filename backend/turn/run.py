"""The corridor: one question walks past the rooms in order and leaves as domain events, never bytes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from backend.domain.errors import Failure, Internal, NotKept
from backend.domain.events import Done, Event, Failed, Notice, Start
from backend.domain.reply import Reply, Usage
from backend.domain.turn import Asked, Ending, Opening, Opinion, Stop
from backend.domain.words import sentence
from backend.turn import answering, confirming, egress, ingress, prompt, record, retrieval, routing
from backend.turn.candidates import candidates_for
from backend.turn.rooms import Rooms

FOR_PERSON = "for_person"


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
    candidates = candidates_for(opening, rooms)
    canary, safety = rooms.canary_of(opening.asked.site.id), opening.asked.site.settings.safety

    def new_draft() -> answering.Draft:
        return answering.Draft(egress.screen_for(safety, canary, prompt.RULES), egress.DocumentWriter())

    return answering.Attempts(rooms.answerers, candidates, new_draft, stop, watch, opening.asked.locale)


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
