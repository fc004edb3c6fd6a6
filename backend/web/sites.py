"""`GET /v1/sites/{site}`: what the widget shows before a question."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from backend.domain.errors import OriginNotAllowed
from backend.domain.site import Site
from backend.services.tell_presence import tell_presence
from backend.web.parts import parts
from backend.web.widget_words import maybe_words

door = Blueprint("sites", __name__)


@door.get("/v1/sites/<key>")
def show(key: str) -> Response:
    site = parts().sites.site(key)
    note_where(site)
    settings = site.settings
    # The page's locale goes before the site's, the site's before the browser's.
    locale = request.args.get("locale") or settings.locale or next(iter(request.accept_languages.values()), "")
    words = maybe_words(parts().widget_file.parent, locale)
    people = tell_presence(site, locale, parts().house)
    response = jsonify(
        key=site.key,
        name=settings.name,
        greeting=settings.greeting,
        starters=list(settings.starters),
        disclosure=settings.disclosure,
        locale=settings.locale,
        page_context=settings.page_context,
        link_hosts=link_hosts(site),
        nudge=settings.nudge,
        theme={
            "accent": settings.theme.accent,
            "mode": settings.theme.mode,
            "position": settings.theme.position,
            **({"avatar": settings.theme.avatar} if settings.theme.avatar else {}),
        },
        **({"words": words} if words else {}),
        **({"people": people} if people else {}),
    )
    response.vary.add("Accept-Language")
    response.headers["Cache-Control"] = "public, max-age=60"
    response.add_etag()
    response.make_conditional(request)
    return response


def note_where(site: Site) -> None:
    """Note on which page the tag is; raise OriginNotAllowed for one that is neither the site's nor ours."""
    origin = request.headers.get("Origin")
    try:
        parts().origins.check(origin, site)
    except OriginNotAllowed:
        parts().sightings.note(site, "wrong_origin", origin or "")
        raise
    if origin and not parts().origins.is_ours(origin):
        parts().sightings.note(site, "seen", origin)


def link_hosts(site: Site) -> Sequence[str]:
    """Return the hosts to which a reply may link: the site's own, those of its pages, and those that its owner allows.

    The widget shows every other link as plain text.
    """
    own = (urlsplit(origin).hostname or "" for origin in site.settings.origins)
    allowed = (*own, *site.settings.safety.link_hosts, *parts().rooms.knowledge.hosts(site))
    return sorted({host.removeprefix("www.") for host in allowed if host})
