"""The examples are loaded, so that a first start has something to show."""

from __future__ import annotations

from pathlib import Path

from backend.services.apply_folder import apply_folder
from backend.services.example_questions import put_on_questions
from backend.services.parts import SiteParts

FIRST = "help-centre"  # the demo site is the oldest one


def load_examples(folder: Path, parts: SiteParts) -> None:
    """Apply every example to a database that has no site yet; one that has is left alone."""
    if parts.sites.sites():
        return
    examples = sorted(path.parent for path in folder.glob("*/site.toml"))
    for example in sorted(examples, key=lambda each: each.name != FIRST):
        put_on_questions(apply_folder(example, parts).site, example, parts)
