"""Writes of the console: each carries a token that belongs to its session, and comes from our own pages.

A browser that says where a request comes from (`Sec-Fetch-Site`) is believed; one that does not (plain http with a host
name) is asked for its `Origin`. The token is wanted in any case; where a browser says that the form is ours and its
token is an older one, it is a stale form, which is shown again.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from flask import g, request

from backend.console.parts import parts
from backend.console.uploads import allow_body
from backend.console.viewer import cookie_name
from backend.domain.errors import ForgedForm

FIELD = "csrf"
WITH_FILES = ".add_files"
FRESH = "fresh_session"  # of a browser that has just been given another session
FROM_US = frozenset({"same-origin", "none"})


class StaleForm(Exception):
    """A form of ours with the token of another session: somebody has signed in again since the page was loaded."""


def form_token() -> str:
    """Return the token of this browser's forms, the same in every tab as long as the session lasts."""
    return token_for(g.get(FRESH, request.cookies.get(cookie_name(), "")), parts().secret)


def token_for(session: str, secret: bytes) -> str:
    return hmac.new(secret, b"console form\0" + session.encode(), hashlib.sha256).hexdigest()


def check_write() -> None:
    """Raise ForgedForm for a write that does not come from one of our own forms."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    allow_body(request, has_files=(request.endpoint or "").endswith(WITH_FILES))
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in FROM_US:
        raise ForgedForm("the form was sent from another web site")
    origin = request.headers.get("Origin")
    if origin is not None and not _is_ours(origin):
        raise ForgedForm("Origin: the form was sent from another web site")
    if not hmac.compare_digest(request.form.get(FIELD, "").encode(), form_token().encode()):
        if request.form.get(FIELD) and (site == "same-origin" or origin is not None):
            raise StaleForm
        raise ForgedForm("the form is not of this session: go back, load the page again and send it again")


def _is_ours(origin: str) -> bool:
    """Tell whether an origin is the one that this request was sent to."""
    return urlsplit(origin).netloc == request.host or origin == parts().public_url.rstrip("/")
