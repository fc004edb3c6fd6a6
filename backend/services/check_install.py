"""Does the tag work on the owner's pages? What it last told from there, and what is to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from backend.domain.sightings import Sighting
from backend.domain.site import Site
from backend.services.review_parts import ReviewParts

LATELY = timedelta(days=7)  # what was seen before is no news: it was mended, or nobody comes there


@dataclass(frozen=True, slots=True)
class Install:
    """Where the tag works, and what keeps it from working, the last first. Both empty: it was never seen."""

    seen: Sequence[Sighting]
    problems: Sequence[Sighting]


def check_install(site: Site, parts: ReviewParts) -> Install:
    """Return what pages told of a site's tag. An origin that was allowed since is no problem any more."""
    since = parts.time() - LATELY
    found = parts.sightings.sightings(site.id)
    problems = [
        each
        for each in found
        if each.kind != "seen"
        and each.last_at >= since
        and not (each.kind == "wrong_origin" and each.origin in site.settings.origins)
    ]
    return Install([each for each in found if each.kind == "seen"], problems)
