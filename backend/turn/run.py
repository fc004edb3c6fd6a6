"""The corridor: one question walks past the rooms in order and leaves as domain events, never bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from backend.domain.errors import Failure
from backend.domain.events import Delta, Done, Event, Failed, Notice, Replace, Sources, Start
from backend.domain.ports import Answerer, Clock, Library, PersonalDataFinder, TurnBook, Witness
from backend.domain.reply import Reply, Usage
from backend.domain.site import Models
from backend.domain.turn import Asked, Ended, FlagRaised, Model, Opening, Outcome, Prompt, Stop
from backend.turn import generation, ingress, prompt, record, retrieval, routing
from backend.turn.draft import STOPPED, Draft
from backend.turn.egress.verdict import Verdict, judge
from backend.turn.parsing.check import schema
from backend.turn.prompt import MOST_PAST_TURNS
from backend.turn.words import sentence


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the corridor needs from outside. `find_model` is None where no model is configured."""

    personal_data: PersonalDataFinder
    library: Library
    find_model: Callable[[str, Models], Model] | None
    answerer: Answerer
    book: TurnBook
    witness: Witness
    clock: Clock
    canary_of: Callable[[int], str]


def run_turn(asked: Asked, rooms: Rooms, stop: Stop) -> Iterator[Event]:
    """Yield `Start` first and `Done` or `Failed` last; raise a Refusal instead of `Start` where it is not let in."""
    opening, laid_out, watch = prepare(asked, rooms)
    rooms.book.begin(opening)
    yield Start(asked.turn, asked.conversation, asked.visitor_token, opening.route.model.id)

    draft, ended = Draft({rooms.canary_of(asked.site.id): "canary"}), None
    watch.asked()
    try:
        for piece in generation.listen(rooms.answerer, laid_out, stop):
            if isinstance(piece, Ended):
                ended = piece
            elif shown := draft.hear(piece):
                watch.text()
                yield Delta(shown)
        if rest := draft.close(ended, fallback=sentence("refused", asked.locale)):
            yield Delta(rest)
    except Failure as failure:
        keep_failure(opening, draft, failure, rooms, watch)
        yield Failed.because(failure)
        return

    yield from finish(opening, draft, ended, rooms, watch)


def prepare(asked: Asked, rooms: Rooms) -> tuple[Opening, Prompt, record.Stopwatch]:
    """Walk the first four rooms: may it come in, what do we know, who answers, what do we say."""
    watch = record.Stopwatch(rooms.clock)
    past = () if asked.is_new_conversation else rooms.book.history(asked.site, asked.conversation, MOST_PAST_TURNS)
    question = ingress.admit(asked, past, rooms.personal_data)
    watch.admitted()
    found = retrieval.find_passages(question, asked.site, rooms.library)
    watch.found()
    route = routing.choose_route(question, asked.site.settings.models, rooms.find_model)
    laid_out = prompt.lay_out(question, found, route, asked.site, schema(), rooms.canary_of(asked.site.id))
    return Opening(asked, question, route, found, watch.read()), laid_out, watch


def finish(
    opening: Opening, draft: Draft, ended: Ended | None, rooms: Rooms, watch: record.Stopwatch
) -> Iterator[Event]:
    """Judge the whole, keep it, and say how it ended."""
    locale = opening.asked.locale
    stop_reason = ended.stop_reason if ended else STOPPED
    usage = ended.usage if ended else Usage()
    reply, verdict = draft.reply, Verdict((), (), ())
    if draft.caught:
        reply = Reply(sentence("withdrawn", locale), 0.0)
        verdict = Verdict((FlagRaised(draft.caught),), (), ())
        yield Replace(reply, sentence("withdrawn_reason", locale))
    elif reply and ended:
        verdict = judge(reply, opening.question, opening.found, ended, is_valid=draft.is_valid)
    if verdict.sources:
        yield Sources(verdict.sources)
    for kind in verdict.notices:
        yield Notice(kind, sentence(kind, locale))
    outcome = Outcome(
        status="done" if ended else "stopped",
        reply=reply,
        stop_reason=stop_reason,
        is_valid=draft.is_valid,
        flags=verdict.flags,
        sources=verdict.sources,
        notices=verdict.notices,
        usage=usage,
        timings=watch.read(has_ended=True),
        request_id=ended.request_id if ended else "",
    )
    record.keep(opening, outcome, rooms.book, rooms.witness)
    yield Done(stop_reason, draft.is_valid, bool(verdict.flags), reply.confidence if reply else 0.0, usage)


def keep_failure(opening: Opening, draft: Draft, failure: Failure, rooms: Rooms, watch: record.Stopwatch) -> None:
    """Keep what was shown of a reply that could not be finished, and why."""
    outcome = Outcome(
        status="failed",
        reply=draft.so_far(),
        stop_reason="",
        is_valid=False,
        flags=(FlagRaised("failed", failure.code),),
        sources=(),
        notices=(),
        usage=Usage(),
        timings=watch.read(has_ended=True),
        error=failure.code,
    )
    record.keep(opening, outcome, rooms.book, rooms.witness)
