"""What the assistant would say is put before a person who answers a visitor: to be mended and sent, or not.

It is asked what the visitor asked last, through the whole corridor, and nothing of it is kept or shown to the visitor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.domain.conversation import StoredTurn
from backend.domain.site import Site
from backend.services.review_parts import ReviewParts


@dataclass(frozen=True, slots=True)
class SuggestedReply:
    """A text, and the ids of the documents that it rests on; empty where the assistant has no answer."""

    text: str = ""
    cites: Sequence[str] = ()


def suggest_reply(site: Site, turns: Sequence[StoredTurn], parts: ReviewParts) -> SuggestedReply:
    """Return what the assistant would answer to the last question of these turns."""
    if not turns:
        return SuggestedReply()
    tried = parts.asker.ask(site, turns[-1].question)
    return SuggestedReply(tried.message, tried.cites) if tried.message and tried.cites else SuggestedReply()


def below(typed: str, suggested: SuggestedReply) -> str:
    """Return what somebody typed with what is suggested below it: no word of theirs is lost."""
    return "\n\n".join(each for each in (typed.strip(), suggested.text) if each)
