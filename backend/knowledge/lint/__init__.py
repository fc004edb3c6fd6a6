"""Faults in a site's pages, for their owner to mend.

This is the door: others import from here alone.
"""

from __future__ import annotations

from backend.knowledge.lint.findings import Findability, advice, lint

__all__ = ["Findability", "advice", "lint"]
