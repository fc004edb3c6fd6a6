"""Questions that nothing answered, alike ones grouped, worst first."""

from __future__ import annotations

from flask import Blueprint, Response

from backend.console.api.callers import site_for
from backend.console.api.shapes import listing, most_wanted
from backend.console.parts import house
from backend.services.find_gaps import find_gaps

door = Blueprint("gaps", __name__)


@door.get("/sites/<key>/gaps")
def show(key: str) -> Response:
    gaps = [gap for gap in find_gaps(site_for(key, "read"), house(), house().time()).gaps if not gap.is_written]
    return listing(
        [
            {
                "question": gap.question,
                "asked": gap.asked,
                "examples": list(gap.examples),
                "thumbs_down": gap.thumbs_down,
                "turns": list(gap.turns),
            }
            for gap in gaps[: most_wanted()]
        ]
    )
