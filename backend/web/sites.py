"""`GET /v1/sites/{site}`: what the widget shows before a question."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from backend.domain.errors import OriginNotAllowed
from backend.domain.site import Site
from backend.http.widget_words import maybe_words
from backend.services.describe_site import describe_site
from backend.services.tell_presence import tell_presence
from backend.web.parts import parts

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
    hosts = parts().rooms.knowledge.hosts(site)
    response = jsonify(describe_site(site, hosts, words, people))
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
