"""What the widget shows before a question: how the site is called, looks and greets, and in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from backend.domain.site import Site


def describe_site(
    site: Site, page_hosts: Sequence[str], words: Mapping[str, object] | None = None, people: str = ""
) -> dict[str, object]:
    """Return the document of a site for its widget. `page_hosts` are those of its pages, `words` the widget's own."""
    settings, theme = site.settings, site.settings.theme
    return {
        "key": site.key,
        "name": settings.name,
        "greeting": settings.greeting,
        "starters": list(settings.starters),
        "disclosure": settings.disclosure,
        "locale": settings.locale,
        "page_context": settings.page_context,
        **({"stars": True} if settings.stars else {}),
        "link_hosts": link_hosts(site, page_hosts),
        "nudge": settings.nudge,
        "theme": {
            "accent": theme.accent,
            "mode": theme.mode,
            "position": theme.position,
            **({"avatar": theme.avatar} if theme.avatar else {}),
        },
        **({"words": words} if words else {}),
        **({"people": people} if people else {}),
    }


def link_hosts(site: Site, page_hosts: Sequence[str]) -> Sequence[str]:
    """Return the hosts to which a reply may link: the site's own, those of its pages, and those that its owner allows.

    The widget shows every other link as plain text.
    """
    own = (urlsplit(origin).hostname or "" for origin in site.settings.origins)
    allowed = (*own, *site.settings.safety.link_hosts, *page_hosts)
    return sorted({host.removeprefix("www.") for host in allowed if host})
