"""How far a reply can be believed: its own word until staff have decided enough, and then what they make of it."""

from __future__ import annotations

from backend.domain.reply import Reply
from backend.domain.small_talk import small_talk_in
from backend.domain.turn import Opening


def confidence_of(reply: Reply | None, opening: Opening) -> float:
    """Return the chance that a reply is right, 0 to 1; 0 for none.

    What people wrote is believed as it is, and so are greetings: no page has to carry them.
    """
    if reply is None:
        return 0.0
    site = opening.asked.site
    if opening.approved or small_talk_in(opening.question.text, opening.asked.locale, site.settings.locale):
        return reply.confidence
    return site.curve.believed(reply.confidence, opening.found.confidence)
