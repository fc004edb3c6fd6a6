"""A conversation is erased everywhere: in the book and in the log of running turns."""

from __future__ import annotations

from backend.domain.ports import TurnBook, TurnLog
from backend.domain.site import Site


def erase_conversation(site: Site, conversation: str, book: TurnBook, log: TurnLog) -> None:
    """Erase it with all that hangs on it; an answer that is being written is stopped first."""
    for turn in book.conversation(site, conversation):
        log.ask_to_stop(turn.turn)
    log.forget(book.erase_conversation(site, conversation))
