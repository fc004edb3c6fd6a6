"""Faults in a site's pages, for their owner to mend.

This is the door: others import from here alone.
"""

from __future__ import annotations

from backend.knowledge.lint.findings import Fault, Findability, TextPlace, lint

__all__ = ["Fault", "Findability", "TextPlace", "lint"]
