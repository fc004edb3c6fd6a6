"""The sentences of a page that answer a question, word for word.

This is the door: others import from here alone.
"""

from __future__ import annotations

from backend.knowledge.quoting.asked import QuestionTerms
from backend.knowledge.quoting.orders import orders_of_page
from backend.knowledge.quoting.sentences import choose_passage, choose_shelves, quote

__all__ = ["QuestionTerms", "choose_passage", "choose_shelves", "orders_of_page", "quote"]
