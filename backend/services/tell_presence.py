"""What visitors are told of the people behind the assistant: whether they are there, and how long an answer takes."""

from __future__ import annotations

from datetime import timedelta

from backend.domain.presence import is_open, usual
from backend.domain.site import Site
from backend.domain.words import sentence
from backend.services.outgoing_parts import OutgoingParts

MEASURED = timedelta(days=30)


def tell_presence(site: Site, locale: str, parts: OutgoingParts) -> str:
    """Return one or two sentences; empty where there is nothing to say yet."""
    people, now = site.settings.people, parts.time()
    told = []
    if people.hours:
        told.append(sentence("team_here" if is_open(people.hours, people.timezone, now) else "team_away", locale))
    if takes := usual(parts.book.answer_times(site, now - MEASURED)):
        told.append(sentence(f"answers_in_{takes.unit}", locale).format(count=takes.count))
    return " ".join(told)
