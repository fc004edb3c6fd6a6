"""Becomes the process that reads files."""

from __future__ import annotations

from backend.knowledge.intake.formats.process import main

main()
