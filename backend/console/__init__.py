"""The staff's door: pages for owners and staff, and the same for tools under `/api/`.

This is the door: others import from here alone.
"""

from __future__ import annotations

from backend.console.api import open_api
from backend.console.app import open_console
from backend.console.parts import ConsoleParts, StaffParts

__all__ = ["ConsoleParts", "StaffParts", "open_api", "open_console"]
