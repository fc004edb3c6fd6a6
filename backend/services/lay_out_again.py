"""The prompt of a turn as the model got it, laid out again for staff: the same parts, without our internal mark.

Of a turn that came before staff what the model was told of the site is kept, since pages change: as it stood when the
answer had gone out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from backend.domain.approved import MODEL
from backend.domain.conversation import StoredTurn
from backend.domain.errors import TooLarge
from backend.domain.knowledge import Found, Hit, Passage
from backend.domain.site import Site, SiteSettings
from backend.domain.trace import Made, Trace
from backend.domain.turn import Block, Inquiry, Model, PastTurn, Prompt, Question, Route
from backend.services.review_parts import ReviewParts
from backend.turn.prompt import lay_out, system_part
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


def keep_prompt(turn: str, parts: ReviewParts) -> None:
    """Keep what of a turn's prompt changes with the site, where the turn is before staff."""
    asked = parts.traces.answered_by(turn) if parts.items.waits(turn) else None
    site = parts.sites.with_id(asked.site_id) if asked else None
    if asked is None or site is None or asked.version != site.version or asked.model in (EMBEDDED.id, MODEL):
        return
    pages = Found((), 0.0, parts.knowledge.search(site, "").whole)
    system = system_part(site, Model(asked.model, has_structured_output=True), pages, MARK)
    parts.evidence.keep_system(turn, [block.text for block in system])


def with_system(prompt: Prompt | None, texts: Sequence[str]) -> Prompt | None:
    """Return a prompt with what its model was told of the site, where that was kept."""
    return replace(prompt, system=tuple(map(Block, texts))) if prompt and texts else prompt


def said_before(trace: Trace, conversation: Sequence[StoredTurn]) -> list[PastTurn]:
    """Return the turns of a conversation before this one that have an answer."""
    ids = [turn.turn for turn in conversation]
    earlier = conversation[: ids.index(trace.turn)] if trace.turn in ids else ()
    return [PastTurn(turn.question, turn.reply) for turn in earlier if turn.reply is not None]
