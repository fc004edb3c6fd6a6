"""Who may answer a question, in their order; the first that succeeds is heard."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from backend.domain.approved import MODEL, Approved
from backend.domain.ports import Answer
from backend.domain.reply import Source
from backend.domain.turn import Inquiry, Opening, Route
from backend.domain.words import sentence
from backend.turn import answering, routing
from backend.turn.rooms import Rooms


def candidates_for(opening: Opening, rooms: Rooms) -> list[answering.Candidate]:
    """Return who may answer: our team where it has, else the route's model, the next one down, the site's own pages."""
    if opening.approved:
        return [answering.Candidate(opening.route, partial(told_again, opening, opening.approved), by="team")]
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


def told_again(opening: Opening, approved: Approved) -> Answer:
    """Return what tells our team's answer, with the pages that it rests on."""
    pages = [
        Source(passage.document, passage.title, passage.url)
        for passage in opening.found.passages
        if passage.document in approved.pages
    ]
    by_us = Source(f"{MODEL}-{approved.id}", sentence("answered_by_team", opening.asked.locale), "")
    return answering.tell_again(approved.reply, [by_us, *pages])
