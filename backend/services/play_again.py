"""A turn played again: its events as they were sent, each with its time, for the widget to read as it read them.

What is kept is small (domain/timeline.py), so the events are written anew: the text as it came, piece by piece, and at
its end what the turn's record says of the reply.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from backend.domain.conversation import StoredTurn
from backend.domain.events import Delta, Done, Event, Failed, Notice, Replace, Sources, Start
from backend.domain.reply import Reply, Usage
from backend.domain.timeline import Moment
from backend.domain.trace import Trace
from backend.domain.turn import AnswerKind
from backend.domain.words import failure_sentence, sentence
from backend.review import connections_of
from backend.turn.egress import DocumentWriter
from backend.wire.reader import encode_event

CAME_BACK = "resumed"  # what a reader did, and nothing that was sent


@dataclass(frozen=True, slots=True)
class Played:
    """One connection: when it was answered, when it was lost, and its frames, each with when it came."""

    answered: int
    cut: int | None
    frames: Sequence[tuple[int, str]]


def play_again(moments: Sequence[Moment], trace: Trace, stored: StoredTurn | None) -> list[Played]:
    """Return the connections of a turn with all that they brought; nothing of a turn that was not recorded."""
    sent = [moment for moment in moments if moment.event != CAME_BACK]
    frames = [
        (moment.ms, encode_event(event, number).decode())
        for number, (moment, event) in enumerate(zip(sent, events_of(sent, trace, stored), strict=True), start=1)
    ]
    return [
        Played(
            each.answered_ms,
            each.cut_ms,
            [(max(ms, each.answered_ms), frame) for ms, frame in frames[each.first - 1 : each.last]],
        )
        for each in connections_of(moments)
        if frames
    ]


def events_of(sent: Sequence[Moment], trace: Trace, stored: StoredTurn | None) -> Iterator[Event]:
    """Yield the events of a turn, one for each moment."""
    last_text = max((at for at, moment in enumerate(sent) if moment.event == "delta"), default=-1)
    was_taken_back = any(moment.event in ("replace", "restarted") for moment in sent[last_text + 1 :])
    writer, has_text = DocumentWriter(), False
    for at, moment in enumerate(sent):
        if moment.event == "delta":
            has_text = True
            closes = at == last_text and not was_taken_back and sent[-1].event != "stopped"
            yield Delta(writer.write(moment.text) + (_end_of(writer, trace, stored) if closes else ""))
        else:
            if moment.event == "restarted":
                writer = DocumentWriter()
            yield _event(moment, trace, stored, is_first=not has_text)


def _end_of(writer: DocumentWriter, trace: Trace, stored: StoredTurn | None) -> str:
    reply = _reply_of(trace, stored)
    return writer.close(reply.confidence, reply.followups)


def _reply_of(trace: Trace, stored: StoredTurn | None) -> Reply:
    kept = (
        stored.reply
        if stored and stored.reply
        else Reply(trace.message, 1.0 if trace.confidence is None else trace.confidence)
    )
    told = stored.calibrated if stored else None
    return kept if told is None else replace(kept, confidence=told)


def _event(moment: Moment, trace: Trace, stored: StoredTurn | None, *, is_first: bool) -> Event:
    """Return what a moment was but a delta; a disclaimer before all text is about what the question held."""
    reply, locale = _reply_of(trace, stored), trace.locale
    match moment.event:
        case "start":
            return Start(trace.turn, trace.conversation, None, trace.model)
        case "replace":
            return Replace(replace(reply, message=moment.text), sentence("withdrawn_reason", locale))
        case "sources":
            return Sources(stored.sources if stored else ())
        case "error":
            return Failed(trace.error or "internal", failure_sentence(trace.error, locale), is_retryable=True)
        case "done" | "stopped":
            kind: AnswerKind = "nothing" if stored and stored.found_nothing else "answer"
            reason = "stopped" if moment.event == "stopped" else stored.stop_reason if stored else ""
            return Done(
                reason or "end_turn",
                is_valid=True,
                is_flagged=False,
                confidence=reply.confidence,
                usage=Usage(),
                kind=kind,
            )
        case "disclaimer" if is_first:
            return Notice("disclaimer", sentence("redacted", locale))
        case "truncated" | "disclaimer" | "degraded" | "restarted":
            return Notice(moment.event, sentence(moment.event, locale))
    raise ValueError(f"{moment.event}: no such event is kept")
