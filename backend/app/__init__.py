"""Picks the real parts and puts them together. Nothing else does."""

from __future__ import annotations

from backend.app.parts import House

__all__ = ["House"]
