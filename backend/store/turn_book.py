"""The book of what happened, as the rest of the house knows it: turns, conversations and feedback together."""

from __future__ import annotations

from backend.store.conversations import StoredConversations
from backend.store.flags import StoredFeedback
from backend.store.turns import StoredTurns


class StoredTurnBook(StoredTurns, StoredConversations, StoredFeedback):
    """Implements `TurnBook`."""
