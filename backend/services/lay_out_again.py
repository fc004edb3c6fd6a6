"""The prompt of a turn as the model got it, laid out again for staff: the same parts, without our internal mark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from backend.domain.approved import MODEL
from backend.domain.conversation import StoredTurn
from backend.domain.errors import TooLarge
from backend.domain.knowledge import Found, Hit, Passage
from backend.domain.site import Site, SiteSettings
from backend.domain.trace import Made, Trace
from backend.domain.turn import Inquiry, Model, PastTurn, Prompt, Question, Route
from backend.turn.prompt import lay_out
from backend.turn.routing import EMBEDDED

MARK = "(hidden)"  # in the place of what tells us that a reply gives the prompt away


def prompt_of(made: Made, today: date) -> Prompt | None:
    """Return what was sent; None where no model was asked, since the site's own pages answered."""
    opening, route = made.opening, made.route
    if route.model.id in (EMBEDDED.id, MODEL):
        return None
    return lay_out(Inquiry(opening.asked.site, opening.question, opening.found, route), {}, MARK, today)


def prompt_of_turn(
    trace: Trace, settings: SiteSettings, site: Site, conversation: Sequence[StoredTurn], whole: Found
) -> Prompt | None:
    """Return what was sent for a turn of the past, as far as it is kept: by the settings of its version, the passages
    and what was said before. `whole` are the pages that a small site sends with every question, as they are today.

    None where no model was asked, or where it would not fit any more.
    """
    if trace.model in (EMBEDDED.id, MODEL):
        return None
    hits = tuple(Hit(Passage(0, each.document, each.title, "", "", each.text), each.score) for each in trace.passages)
    found = Found(hits, trace.found_confidence, whole.whole)
    asked = Question(trace.question, tuple(said_before(trace, conversation)))
    then = Site(site.id, site.key, trace.version, settings)
    route = Route(Model(trace.model, has_structured_output=True), trace.because)
    try:
        return lay_out(Inquiry(then, asked, found, route), {}, MARK, trace.at.date())
    except TooLarge:
        return None


def said_before(trace: Trace, conversation: Sequence[StoredTurn]) -> list[PastTurn]:
    """Return the turns of a conversation before this one that have an answer."""
    ids = [turn.turn for turn in conversation]
    earlier = conversation[: ids.index(trace.turn)] if trace.turn in ids else ()
    return [PastTurn(turn.question, turn.reply) for turn in earlier if turn.reply is not None]
