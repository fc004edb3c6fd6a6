"""The real widget as a page of its own that plays a turn again: the console's item page shows it in a frame, and tells
it what to play and when.

The frame is nobody's: it has no origin, so that what visitors and models wrote reaches neither our cookies nor our
pages, and it asks nothing of any server.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from flask import Blueprint, Response, make_response, render_template, request

from backend.console.pages import static_address
from backend.console.parts import house, parts
from backend.console.viewer import at_site
from backend.domain.errors import NotFound
from backend.domain.site import Site
from backend.http.widget_file import widget_file
from backend.http.widget_words import maybe_words
from backend.services.describe_site import describe_site
from backend.services.play_again import Played

door = Blueprint("replay", __name__)
LONGEST_LOCALE = 35
# Our two scripts and the widget's own styles; a frame without an origin, in our own pages alone.
POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
)


@door.get("/<key>/replay")
def show(key: str) -> Response:
    """Return the frame, with the site as it was in the version and the language that are asked for."""
    site = in_version(at_site(key, "review"), request.args.get("version", ""))
    locale = request.args.get("locale", "")[:LONGEST_LOCALE] or site.settings.locale
    words = maybe_words(parts().widget_file.parent, locale)
    told = describe_site(site, house().knowledge.hosts(site), words)
    response = make_response(
        render_template(
            "replay.html",
            told=json.dumps(told | {"starters": [], "nudge": ""}, ensure_ascii=False),
            locale=locale,
            key=site.key,
            version=widget_file(parts().widget_file).version,
            static=static_address,
        )
    )
    response.headers["Cache-Control"] = "private, max-age=600"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def in_version(site: Site, number: str) -> Site:
    """Return the site as it was in a version; raise NotFound where it never had one with this number."""
    if not number or number == str(site.version):
        return site
    is_number = number.isascii() and number.isdecimal() and len(number) < len("1000000000")
    version = house().versions.version(site, int(number)) if is_number else None
    if version is None:
        raise NotFound("version: the site never had one with this number")
    return Site(site.id, site.key, version.number, version.settings)


def plays_as_text(plays: Sequence[Played]) -> str:
    """Return the connections of a turn as the frame takes them."""
    return json.dumps(
        [{"answered": each.answered, "cut": each.cut, "frames": each.frames} for each in plays], ensure_ascii=False
    )
