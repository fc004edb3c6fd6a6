"""The prompt of a turn as the model got it, laid out again for staff: the same parts, without our internal mark."""

from __future__ import annotations

from datetime import date

from backend.domain.approved import MODEL
from backend.domain.trace import Made
from backend.domain.turn import Inquiry, Prompt
from backend.turn.prompt import lay_out
from backend.turn.routing import EMBEDDED

MARK = "(hidden)"  # in the place of what tells us that a reply gives the prompt away


def prompt_of(made: Made, today: date) -> Prompt | None:
    """Return what was sent; None where no model was asked, since the site's own pages answered."""
    opening = made.opening
    route = made.outcome.route or opening.route
    if route.model.id in (EMBEDDED.id, MODEL):
        return None
    return lay_out(Inquiry(opening.asked.site, opening.question, opening.found, route), {}, MARK, today)
