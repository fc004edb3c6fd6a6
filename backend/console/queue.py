"""The queue of staff, and beside it the item that they look at: why it is doubtful, on what it rests, what to decide.

Rules:
1. Whoever opens an item has it (the page's script takes it and keeps it); others see who, and decide nothing.
2. A decision leads to the next row, as the queue stood when the page was made.
3. New items are counted above the rows, and never move what is under somebody's eyes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.console.pages import language_of_viewer, page
from backend.console.parts import house, where
from backend.console.playground import text_of
from backend.console.queue_view import (
    Section,
    is_bad,
    said_and_calibrated,
    sections_of,
    shown_passages,
    shown_sentences,
    visible,
    word_for,
)
from backend.console.replay import plays_as_text
from backend.console.time_line import LONG, drawing_of, marks_of
from backend.console.toasts import done
from backend.console.viewer import at_site, queue_counts, viewer
from backend.console.words import say
from backend.domain.audit import By
from backend.domain.errors import InvalidRequest, Locked, NotFound
from backend.domain.items import (
    DECISIONS,
    QUEUE_STATES,
    REASONS,
    SUGGESTIONS,
    Decided,
    Item,
    Queued,
    QueueState,
    Suggestion,
    Wanted,
    is_decision,
    is_queue_state,
    is_reason,
    is_suggestion,
)
from backend.domain.one_line import in_one_line
from backend.domain.site import Site
from backend.review import Stop, screen_at, stops_of
from backend.services.ask_again import Again, ask_again
from backend.services.decide_item import decide_item, take_back
from backend.services.list_queue import MOST_COUNTED, list_queue
from backend.services.lock_item import holder_of, lock_item, name_of, unlock_item
from backend.services.play_again import play_again
from backend.services.record_change import by
from backend.services.second_look import as_waiting, draw_for_second_look, judge_again, repeat_behind, team_agreement
from backend.services.show_item import Part, ShownItem, find_item, prompt_of_item, same_questions, show_item

door = Blueprint("queue", __name__)
SHOWN = 50
VIEWS: tuple[Part, ...] = ("evidence", "replay", "again", "history")
KEPT_IN_VIEW = ("state", "reason", "q")
MOST_VIEWS, LONGEST_VIEW = 12, 40
KEPT_IN_ADDRESS = ("state", "reason", "q", "after")
LONGEST_SEARCH = 200


@door.get("/<key>/queue")
def show(key: str) -> Response:
    """Show the queue; the first item stands beside it where there is room."""
    return queue_page(at_site(key, "review"), None)


@door.get("/<key>/queue/<int:item>")
def show_one(key: str, item: int) -> Response:
    site = at_site(key, "review")
    return queue_page(site, item)


@door.get("/<key>/queue/new")
def show_new(key: str) -> Response:
    """Show how many came above a place of the queue, and nothing else."""
    site = at_site(key, "review")
    given = request.args.get("above", "")
    if not given.removeprefix("-").isdecimal() or not given.isascii() or len(given) > 18:
        raise InvalidRequest("above: must be a place of the queue")
    above = house().items.count_above(site, int(given), MOST_COUNTED)
    return page("queue", template="queue-new.html", above=above, top=int(given))


@door.get("/<key>/queue/second")
def second(key: str) -> Response:
    """Show a decided item to be judged anew, without what was decided."""
    site = at_site(key, "review")
    item = draw_for_second_look(site, viewer().access.person, house())
    if item is None:
        return page("second")
    shown = show_item(site, item, house(), ["evidence"])
    cut: dict[str, Any] = {"sentences": shown_sentences(shown), "passages": shown_passages(shown)}
    return page("second", item=item, shown=shown, kinds=DECISIONS, **cut, **shared_words())


@door.post("/<key>/queue/<int:item>/opinion")
def give_opinion(key: str, item: int) -> ResponseOfWerkzeug:
    site = at_site(key, "review")
    found, kind = item_at(site, item), request.form.get("decision", "")
    if not is_decision(kind):
        raise InvalidRequest(f"decision: must be one of {', '.join(DECISIONS)}")
    differs = judge_again(site, found, kind, viewer().access.person, house())
    done("done.opinion_differs" if differs else "done.opinion_kept")
    return redirect(f"/console/{key}/queue/second", 303)


@door.get("/<key>/queue/<int:item>/prompt")
def prompt(key: str, item: int) -> Response:
    """Show what was sent to the model for an item's reply."""
    site = at_site(key, "review")
    shown = show_item(site, item_at(site, item), house(), [])
    text = text_of(prompt_of_item(shown, house()))
    return page("queue", template="prompt.html", trace=shown.trace, text=text, back=f"queue/{item}")


@door.post("/<key>/queue/<int:item>/decide")
def decide(key: str, item: int) -> Response | ResponseOfWerkzeug:
    site = at_site(key, "review")
    found, kind = item_at(site, item), request.form.get("decision", "")
    if not is_decision(kind):
        raise InvalidRequest(f"decision: must be one of {', '.join(DECISIONS)}")
    reply = request.form.get("reply", "").replace("\r\n", "\n").strip() if kind == "corrected" else ""
    person = viewer().access.person
    if as_waiting(site, found, person, house()):
        judge_again(site, found, kind, person, house())
        done(f"done.decided_{kind}", count=1)
        return redirect(address(site, next_of(site)), 303)
    decided = Decided(kind, reply, request.form.get("note", "").strip(), suggestion_of(request.form.get("suggest", "")))
    also = [int(each) for each in request.form.getlist("also") if each.isascii() and each.isdecimal()]
    try:
        decision = decide_item(site, found, decided, who(), house(), also)
    except (InvalidRequest, Locked) as refused:
        return queue_page(site, item, refused.status, refused)
    along = len(house().items.along_with(decision))
    undo = f"/console/{key}/queue/{item}/undo"
    done(f"done.decided_{kind}", undo, {"back": request.full_path.partition("?")[2]}, count=1 + along)
    repeat = repeat_behind(decision.id, site, person, house()) if wanted_now()[0].state == "open" else None
    return redirect(address(site, repeat.id if repeat else next_of(site)), 303)


@door.post("/<key>/queue/<int:item>/again")
def again(key: str, item: int) -> Response:
    """Ask the question again, of what is live and of the draft; visitors see nothing of it."""
    site = at_site(key, "edit")
    found = item_at(site, item)
    return queue_page(site, item, again=ask_again(site, found, house()), view="again")


@door.post("/<key>/queue/<int:item>/undo")
def undo(key: str, item: int) -> ResponseOfWerkzeug:
    site = at_site(key, "review")
    take_back(site, item_at(site, item), who(), house())
    done("done.decision_undone")
    return redirect(address(site, item), 303)


@door.post("/<key>/queue/<int:item>/lock")
def take(key: str, item: int) -> Response:
    """Take the item, or keep it longer; the page says who has it."""
    site = at_site(key, "review")
    found = item_at(site, item)
    try:
        lock_item(found, viewer().access.person, house())
    except Locked as refused:
        return holder_page(item_at(site, item), refused.status)
    return holder_page(item_at(site, item))


@door.post("/<key>/queue/<int:item>/free")
def free(key: str, item: int) -> Response:
    site = at_site(key, "review")
    unlock_item(item_at(site, item), viewer().access.person, house())
    return holder_page(item_at(site, item))


@door.post("/<key>/queue/<int:item>/assign")
def assign(key: str, item: int) -> ResponseOfWerkzeug:
    """Let the item be the viewer's until somebody changes that, or nobody's."""
    site = at_site(key, "review")
    person = viewer().access.person.id if request.form.get("to") == "me" else None
    house().items.assign(item_at(site, item), person)
    return redirect(address(site, item), 303)


def suggestion_of(given: str) -> Suggestion | None:
    """Return what is suggested for the draft; nothing from whoever may not change it."""
    return given if is_suggestion(given) and viewer().may("edit") else None


@door.post("/<key>/queue/views")
def keep_view(key: str) -> ResponseOfWerkzeug:
    """Keep what is looked for under a name, for the viewer alone."""
    site = at_site(key, "review")
    name = in_one_line(request.form.get("name", ""), LONGEST_VIEW)
    asked = {each: request.form.get(each, "")[:LONGEST_SEARCH] for each in KEPT_IN_VIEW}
    query = urlencode({each: value for each, value in asked.items() if value})
    person = viewer().access.person.id
    if not name or not query:
        raise InvalidRequest("name: a view needs a name, and something that is looked for")
    if len(house().items.views(site, person)) >= MOST_VIEWS:
        raise InvalidRequest(f"name: at most {MOST_VIEWS} views are kept; drop one first")
    house().items.keep_view(site, person, name, query)
    done("done.view_kept")
    return redirect(f"/console/{key}/queue?{query}", 303)


@door.post("/<key>/queue/views/<int:view>/drop")
def drop_view(key: str, view: int) -> ResponseOfWerkzeug:
    site = at_site(key, "review")
    if not house().items.drop_view(site, viewer().access.person.id, view):
        raise NotFound(f"view {view}: you keep no such view")
    done("done.view_dropped")
    return redirect(f"/console/{key}/queue", 303)


def queue_page(
    site: Site,
    item: int | None,
    status: int = 200,
    refused: Exception | None = None,
    again: Again | None = None,
    view: str = "",
) -> Response:
    counts = queue_counts(site, are_new=True)
    wanted, words = wanted_now()
    after = request.args.get("after") or None
    rows, cursor = list_queue(
        site, wanted, house(), after=after, most=SHOWN, words=words, are_grouped=not counts.ungrouped
    )
    is_done = wanted.state == "done"
    sections = sections_of(rows, is_done=is_done)
    chosen = chosen_of(site, in_order(sections), item)
    if repeat := repeat_of(site, chosen) if chosen and wanted.state == "open" else None:
        chosen, sections = repeat.item, sections_of(with_row(rows, repeat), is_done=is_done)
    order = in_order(sections)
    values: dict[str, Any] = item_values(site, chosen, view, is_repeat=repeat is not None) if chosen else {}
    person = viewer().access.person.id
    mentions = house().items.mentions(site, person) if counts.mentions else ()
    if chosen and any(each.item == chosen.id for each in mentions):
        house().items.see_mentions(chosen.id, person)
    return page(
        "queue",
        status,
        state=wanted.state,
        reason=wanted.reason or "",
        words=words,
        sections=sections,
        order=order,
        counts=counts,
        top=max((row.item.rank for row in rows), default=0),
        above=0,
        current=chosen.id if chosen else None,
        is_chosen=item is not None,
        neighbours=neighbours(order, chosen),
        address=lambda each: address(site, each),
        more=address(site, None, after=cursor) if cursor else "",
        reasons=REASONS,
        suggestions=SUGGESTIONS,
        mentions=mentions,
        kept_views=house().items.views(site, person) if counts.views else (),
        query=urlencode({name: value for name in KEPT_IN_VIEW if (value := request.args.get(name))}),
        refused=refused,
        again=again,
        agreed=team_agreement(site, house()).between if wanted.state == "done" else None,
        typed=request.form if refused else {},
        has_errors=refused is not None,
        **shared_words(),
        **values,
    )


def repeat_of(site: Site, item: Item) -> Queued | None:
    """Return a decided item as a row that waits, where it is to be judged anew by whoever looks."""
    found = as_waiting(site, item, viewer().access.person, house())
    trace = house().traces.trace(site.id, found.turn) if found else None
    return Queued(found, trace.question, 1) if found and trace else None


def in_order(sections: Sequence[Section]) -> list[Queued]:
    return [row for section in sections for row in section.rows]


def with_row(rows: Sequence[Queued], one: Queued | None) -> Sequence[Queued]:
    """Return rows with one more of them, in its place by rank."""
    return rows if one is None else sorted([*rows, one], key=lambda row: -row.item.rank)


def chosen_of(site: Site, order: Sequence[Queued], item: int | None) -> Item | None:
    """Return the item that is asked for, or else the first row."""
    if item is None:
        return order[0].item if order else None
    return next((row.item for row in order if row.item.id == item), None) or item_at(site, item)


def holder_page(item: Item, status: int = 200) -> Response:
    return page("queue", status, template="queue-holder.html", **holder_values(item), **shared_words())


def item_values(site: Site, item: Item, view_given: str = "", *, is_repeat: bool = False) -> dict[str, Any]:
    given = view_given or request.args.get("show")
    view: Part = next((each for each in VIEWS if each == given), VIEWS[0])
    shown = show_item(site, item, house(), [view])
    if is_repeat:  # what was decided is not told, nor of which it was said
        shown = replace(shown, history=(), alike=())
    return {
        "view": view,
        "views": VIEWS,
        "item": item,
        "shown": shown,
        "sentences": shown_sentences(shown),
        "passages": shown_passages(shown),
        "said": said_and_calibrated(shown.trace, item.weight.calibrated),
        "ticked": same_questions(shown),
        "replay": replay_of(shown),
        "before": [turn for turn in shown.conversation if turn.turn != shown.trace.turn],
        "assigned": name_of(item.assigned, house()),
        **holder_values(item),
    }


def holder_values(item: Item) -> dict[str, Any]:
    """Return who has an item; the viewer's own hold is told apart."""
    holder = holder_of(item, house())
    is_mine = holder is not None and holder.person == viewer().access.person.id
    return {"holder": holder, "holder_name": name_of(holder.person, house()) if holder else "", "is_mine": is_mine}


def replay_of(shown: ShownItem) -> dict[str, Any]:
    """Return a turn as it can be played again: its places on the line, and all that its frame needs."""
    moments = shown.moments
    if not moments:
        return {}
    total, stops = max(moment.ms for moment in moments), stops_of(moments)
    stored = next((turn for turn in shown.conversation if turn.turn == shown.trace.turn), None)
    return {
        "total": total,
        "stops": [(stop, drawing_of(stop)) for stop in stops],
        "marks": marks_of(stops, [words_of(stop) for stop in stops], total),
        "screen": screen_at(moments, total),
        "plays": plays_as_text(play_again(moments, shown.trace, stored)),
        "frame": f"/console/{shown.site.key}/replay?"
        + urlencode({"version": shown.trace.version, "locale": shown.trace.locale}),
    }


def words_of(stop: Stop) -> str:
    """Return what a mark says below the line, with its time or how long it lasted."""
    name = say(language_of_viewer(), f"replay.{stop.name}", seconds=f"{stop.lasted_ms / 1000:.1f}")
    return name if stop.name in LONG or not stop.ms else f"{name} {stop.ms / 1000:.1f} s"


def shared_words() -> dict[str, Any]:
    return {"word_for": word_for, "is_bad": is_bad, "visible": visible}


def wanted_now() -> tuple[Wanted, str]:
    """Return what the address asks for, and the words that are looked for."""
    given, reason = request.args.get("state", "open"), request.args.get("reason")
    state: QueueState = given if is_queue_state(given) else QUEUE_STATES[0]
    words = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    person = viewer().access.person.id if state == "mine" else None
    chosen = reason if is_reason(reason) else None
    return Wanted(state, chosen, person, leads=state == "open" and chosen is None and not words), words


def neighbours(order: Sequence[Queued], item: Item | None) -> dict[str, int | None]:
    """Return the rows before and behind the current one; those of a list without one are its first."""
    ids = [row.item.id for row in order]
    if item is None or item.id not in ids:
        return {"before": None, "behind": ids[0] if ids else None}
    at = ids.index(item.id)
    return {"before": ids[at - 1] if at else None, "behind": ids[at + 1] if at + 1 < len(ids) else None}


def next_of(site: Site) -> int | None:
    """Return the row that the form names as the next one, if it still waits."""
    given = request.form.get("next", "")
    if not given.isascii() or not given.isdecimal():
        return None
    item = house().items.item(int(given))
    return item.id if item and item.site_id == site.id and item.state == "open" else None


def item_at(site: Site, item_id: int) -> Item:
    item = find_item(item_id, house())
    if item.site_id != site.id:
        raise NotFound(f"item {item_id}: there is no such item")
    return item


def address(site: Site, item: int | None, **changes: str | None) -> str:
    """Return the address of the queue as it is filtered now, with an item beside it."""
    kept = {name: request.args.get(name) for name in KEPT_IN_ADDRESS} | changes
    query = urlencode({name: value for name, value in kept.items() if value})
    path = f"/console/{site.key}/queue{'' if item is None else f'/{item}'}"
    return f"{path}?{query}" if query else path


def who() -> By:
    return by(viewer().access, where())
