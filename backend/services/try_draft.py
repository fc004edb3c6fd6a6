"""Staff ask a draft as a visitor would, and see what made the answer. It is kept with the draft, and goes with it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from backend.domain.errors import NotFound
from backend.domain.events import Event
from backend.domain.trace import Made
from backend.domain.turn import Asked, Page
from backend.domain.versions import Draft
from backend.services.parts import SiteParts

NO_PAGE = Page()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a draft; without `conversation` a new one begins."""

    message: str
    turn: str
    conversation: str | None = None
    page: Page = NO_PAGE
    locale: str = ""


def try_draft(draft: Draft, wanted: Wanted, person: int, parts: SiteParts) -> Iterator[Event | Made]:
    """Yield the events of the turn, and before the last what made it.

    Raise NotFound for a conversation that is not this person's on this draft, and a Refusal where it is not let in.
    """
    visitor = f"staff-{person}"
    if wanted.conversation and parts.book.conversation_owner(wanted.conversation) != (draft.shelf, visitor):
        raise NotFound("conversation: you have no such conversation on this draft; leave it out to begin one")
    asked = Asked(
        turn=wanted.turn,
        site=draft.site,
        visitor=visitor,
        conversation=wanted.conversation or str(uuid.uuid4()),
        message=wanted.message,
        address="",
        is_new_conversation=wanted.conversation is None,
        page=wanted.page if draft.settings.page_context else Page(),
        locale=wanted.locale or draft.settings.locale,
    )
    return parts.asker.tell(asked)
