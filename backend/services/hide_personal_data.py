"""Personal data in texts that leave the house, or come in by mail, is hidden: placeholders stand where it was."""

from __future__ import annotations

from collections.abc import Callable

from backend.domain.site import Site
from backend.services.review_parts import ReviewParts
from backend.turn.ingress import hide, look_for_personal_data


def hide_personal_data(site: Site, parts: ReviewParts) -> Callable[[str], str]:
    """Return what takes out of a text all that the site's checks find, whatever it does about it in a question."""
    finder, safety = parts.personal_data, site.settings.safety

    def hidden(text: str) -> str:
        seen = look_for_personal_data(text, safety, finder)
        found = sorted([*seen.refused, *seen.redacted, *seen.allowed], key=lambda each: each.start)
        return hide(text, found)

    return hidden


def hide_what_is_not_kept(text: str, site: Site, parts: ReviewParts) -> str:
    """Return a text that cannot be sent back to its writer, without what the site does not keep of a question."""
    seen = look_for_personal_data(text, site.settings.safety, parts.personal_data)
    return hide(text, sorted([*seen.refused, *seen.redacted], key=lambda each: each.start))
