"""What the console can do, for tools: JSON under `/api/`, let in by a token and never by a cookie.

This is the door: others import from here alone.
"""

from __future__ import annotations

from backend.console.api.door import open_api

__all__ = ["open_api"]
