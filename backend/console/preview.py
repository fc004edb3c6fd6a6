"""The real widget on the draft, as a page of its own that other pages of the console show in a frame.

The draft is asked under a key of its own that nobody can guess. What is asked there is kept apart from what visitors
ask, and goes when the draft does.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from backend.console.parts import house, parts
from backend.console.viewer import at_site
from backend.http.widget_file import widget_file

door = Blueprint("preview", __name__)
THEMES = ("auto", "light", "dark")


@door.get("/<key>/preview")
def show(key: str) -> Response:
    """Return a page of its own for the frame: with the tag of the draft, and nothing else."""
    site = at_site(key, "read")
    theme = request.args.get("theme", "auto")
    draft = house().drafts.draft(site)
    file = widget_file(parts().widget_file)
    response = make_response(
        render_template(
            "preview.html",
            draft_key=draft.key,
            theme=theme if theme in THEMES else "auto",
            version=file.version,
            name=draft.settings.name,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = PREVIEW
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


# As on the console's pages, but that our own page may show it; the widget writes its styles by the same rules as on
# every page.
PREVIEW = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
