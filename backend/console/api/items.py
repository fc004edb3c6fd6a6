"""Items that wait for staff: the queue, one item with its evidence, who has it, and what is decided about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, jsonify, request

from backend.accounts.permissions import require
from backend.console.api.callers import access, site_for
from backend.console.api.shapes import body, listing, moment, most_wanted, prompt_shape
from backend.console.parts import house, where
from backend.domain.accounts import Person
from backend.domain.errors import InvalidRequest, NotFound, UnknownSite
from backend.domain.harm import harm_of
from backend.domain.items import (
    DECISIONS,
    QUEUE_STATES,
    REASONS,
    SUGGESTIONS,
    Decided,
    Decision,
    HistoryLine,
    Item,
    Lock,
    Queued,
    Suggestion,
    Wanted,
    is_decision,
    is_queue_state,
    is_reason,
    is_suggestion,
)
from backend.domain.site import Site
from backend.domain.timeline import Moment
from backend.http.body import text_of
from backend.services.decide_item import LONGEST_NOTE, LONGEST_REPLY, decide_item, take_back
from backend.services.list_queue import list_queue
from backend.services.lock_item import holder_of, lock_item, name_of, unlock_item
from backend.services.record_change import by
from backend.services.show_item import (
    JudgedSentence,
    Problem,
    ShownItem,
    find_item,
    prompt_of_item,
    reasons_said,
    show_item,
)

door = Blueprint("items", __name__)
LONGEST_SEARCH = 200


@door.get("/sites/<key>/queue")
def queue(key: str) -> Response:
    site = site_for(key, "read")
    words = request.args.get("q", "")[:LONGEST_SEARCH]
    after = request.args.get("after")
    items, cursor = list_queue(site, wanted_by(caller()), house(), after=after, most=most_wanted(), words=words)
    people = Names()
    return listing([queued_shape(each, people) for each in items], cursor)


@door.get("/items/<int:item_id>")
def show(item_id: int) -> Response:
    site, item = item_for(item_id, "read")
    return jsonify(item_shape(show_item(site, item, house())))


@door.put("/items/<int:item_id>/lock")
def lock(item_id: int) -> Response:
    _, item = item_for(item_id, "review")
    return jsonify(lock_shape(lock_item(item, caller(), house()), Names()))


@door.delete("/items/<int:item_id>/lock")
def unlock(item_id: int) -> tuple[str, int]:
    _, item = item_for(item_id, "review")
    unlock_item(item, caller(), house())
    return "", 204


@door.put("/items/<int:item_id>/decision")
def decide(item_id: int) -> Response:
    site, item = item_for(item_id, "review")
    sent = body()
    kind = sent.get("decision")
    if not is_decision(kind):
        raise InvalidRequest(f"decision: must be one of {', '.join(DECISIONS)}")
    reply = text_of(sent, "reply", most=LONGEST_REPLY)
    decided = Decided(kind, reply, text_of(sent, "note", most=LONGEST_NOTE), suggestion_of(sent.get("suggest"), site))
    also = also_of(sent)
    decision = decide_item(site, item, decided, by(access(), where()), house(), also)
    return jsonify(decision_shape(decision, [item.id, *(each.item for each in house().items.along_with(decision))]))


@door.delete("/items/<int:item_id>/decision")
def undo(item_id: int) -> tuple[str, int]:
    site, item = item_for(item_id, "review")
    take_back(site, item, by(access(), where()), house())
    return "", 204


def item_for(item_id: int, action: str) -> tuple[Site, Item]:
    """Return an item and its site; raise NotFound for one that does not exist for the caller."""
    caller_access = access()
    item = find_item(item_id, house())
    site = house().sites.with_id(item.site_id)
    try:
        require(caller_access, item.site_id, action)
    except UnknownSite:
        site = None
    if site is None:
        raise NotFound(f"item {item_id}: there is no such item")
    return site, item


def caller() -> Person:
    return access().person


def wanted_by(person: Person) -> Wanted:
    """Return what the address asks for."""
    state, reason = request.args.get("state", "open"), request.args.get("reason") or None
    if not is_queue_state(state):
        raise InvalidRequest(f"state: must be one of {', '.join(QUEUE_STATES)}")
    if reason is not None and not is_reason(reason):
        raise InvalidRequest(f"reason: must be one of {', '.join(REASONS)}")
    return Wanted(state, reason, person.id if state == "mine" else None)


def suggestion_of(given: object, site: Site) -> Suggestion | None:
    """Return what a decision suggests for the draft, which whoever decides must be allowed to change."""
    if given in (None, ""):
        return None
    if not is_suggestion(given):
        raise InvalidRequest(f"suggest: must be one of {', '.join(SUGGESTIONS)}")
    require(access(), site.id, "edit")
    return given


def also_of(sent: Mapping[str, object]) -> list[int]:
    """Return the other items that a decision is about."""
    given = sent.get("also") or []
    if not isinstance(given, list) or not all(str(each).isascii() and str(each).isdecimal() for each in given):
        raise InvalidRequest("also: must be a list of items")
    return [int(str(each)) for each in given]


class Names:
    """What people are called, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def of(self, person_id: int | None) -> str | None:
        if person_id is None:
            return None
        if person_id not in self._known:
            self._known[person_id] = name_of(person_id, house())
        return self._known[person_id]


def queued_shape(queued: Queued, people: Names) -> dict[str, object]:
    item = queued.item
    age = (house().time() - item.created_at).total_seconds()
    holder = holder_of(item, house())
    return {
        "item": item.id,
        "turn": item.turn,
        "question": queued.question,
        "reasons": list(item.reasons),
        "alike": queued.alike,
        "harm": round(harm_of(item.weight, item.asked), 4),
        "calibrated": item.weight.calibrated,
        "assigned": people.of(item.assigned),
        "locked_by": people.of(holder.person) if holder else None,
        "state": item.state,
        "decision": queued.decided,
        "age_s": max(0, int(age)),
    }


def item_shape(shown: ShownItem) -> dict[str, object]:
    item, trace, people = shown.item, shown.trace, Names()
    seen = reasons_said(shown)
    holder = holder_of(item, house())
    return {
        "item": item.id,
        "site": shown.site.key,
        "state": item.state,
        "turn": trace.turn,
        "conversation": {
            "id": trace.conversation,
            "turns": [
                {"turn": each.turn, "question": each.question, "reply": each.reply.document() if each.reply else None}
                for each in shown.conversation
            ],
        },
        "question": trace.question,
        "reply": trace.message,
        "at": moment(trace.at),
        "page": {"url": trace.page.url, "title": trace.page.title},
        "locale": trace.locale,
        "reasons": [{"reason": each, "evidence": seen.get(each, "")} for each in item.reasons],
        "harm": round(harm_of(item.weight, item.asked), 4),
        "because": {
            "calibrated": item.weight.calibrated,
            "stake": item.weight.stake,
            "subject": item.subject,
            "asked": item.asked,
            "propensity": item.weight.propensity,
        },
        "calibrated": item.weight.calibrated,
        "confidence": trace.confidence,
        "assigned": people.of(item.assigned),
        "lock": lock_shape(holder, people) if holder else None,
        "sentences": list(map(sentence_shape, shown.sentences)),
        "made_by": made_by_shape(shown),
        "timeline": list(map(moment_shape, shown.moments)),
        "alike": [queued_shape(each, people) for each in shown.alike],
        "history": list(map(history_shape, shown.history)),
    }


def sentence_shape(sentence: JudgedSentence) -> dict[str, object]:
    known = {
        "text": sentence.text,
        "support": sentence.support,
        "passage": sentence.passage,
        "start": sentence.start,
        "end": sentence.end,
    }
    return {**known, **({"problem": problem_shape(sentence.problems[0])} if sentence.problems else {})}


def problem_shape(problem: Problem) -> dict[str, object]:
    place = {"start": problem.start, "end": problem.end}
    return {"kind": problem.kind, "words": problem.words, "page_says": problem.page_says, **place}


def moment_shape(each: Moment) -> dict[str, object]:
    return {"ms": each.ms, "event": each.event, **({"text": each.text} if each.text else {})}


def made_by_shape(shown: ShownItem) -> dict[str, object]:
    trace, prompt = shown.trace, prompt_of_item(shown, house())
    return {
        "version": trace.version,
        "model": trace.model,
        "route": trace.because,
        "passages": [
            {"document": each.document, "title": each.title, "text": each.text, "score": each.score}
            for each in trace.passages
        ],
        "found_confidence": trace.found_confidence,
        "tokens": {"input": trace.input_tokens, "output": trace.output_tokens},
        "cost": None if trace.cost_usd is None else f"{trace.cost_usd:.6f}",
        "timings": dict(trace.timings),
        "prompt": None if prompt is None else prompt_shape(prompt),
    }


def history_shape(line: HistoryLine) -> dict[str, object]:
    made = line.decision
    return {
        "decision": made.decided.kind,
        "by": made.who,
        "at": moment(made.at),
        "note": made.decided.note,
        "reply": made.decided.reply,
        "along_with": made.along_with,
        "undone_at": moment(made.undone_at),
        "undone_by": made.undone_by or None,
        "effects": [{"kind": each.kind, "ref": each.ref, "undone_at": moment(each.undone_at)} for each in line.effects],
    }


def decision_shape(decision: Decision, items: Sequence[int]) -> dict[str, object]:
    made = {"decision": decision.decided.kind, "by": decision.who, "at": moment(decision.at)}
    return {**made, "reply": decision.decided.reply, "note": decision.decided.note, "items": list(items)}


def lock_shape(lock: Lock, people: Names) -> dict[str, object]:
    return {"by": people.of(lock.person), "until": moment(lock.until), "number": lock.number}
