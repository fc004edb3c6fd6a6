"""A question finds the documents that answer it, and how likely it is that any does.

This is the door: others import from here alone.
"""

from __future__ import annotations

from backend.knowledge.search.follow_ups import is_fragment, leans
from backend.knowledge.search.knowledge_library import KnowledgeLibrary

__all__ = ["KnowledgeLibrary", "is_fragment", "leans"]
