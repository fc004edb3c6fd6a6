"""The headers that stand on every response: what a browser may do with it, whoever embeds or opens it.

What we serve is data, but for the widget's file and the demo's pages. So everything is closed, and what is open is
named in the table. Whoever ends TLS in front of us adds Strict-Transport-Security (nginx.conf does).
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# The demo shows pages as shops write them, with scripts and styles of their own.
DEMO = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# The console's own files alone, and no text that becomes markup or script. `Origin` is what its forms are told by, and
# `no-referrer` would make it `null`.
CONSOLE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
NO_DEVICES = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

EVERYWHERE: Mapping[str, str] = {
    "Content-Security-Policy": CLOSED,
    "Cross-Origin-Resource-Policy": "same-origin",  # pages that may ask us ask by CORS, which this does not touch
    "Permissions-Policy": NO_DEVICES,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

BY_ADDRESS: Mapping[str, Mapping[str, str]] = {
    "/widget": {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"},
    "/demo/": {"Content-Security-Policy": DEMO},
    "/console/": {"Content-Security-Policy": CONSOLE, "Referrer-Policy": "same-origin"},
}

WITHOUT_BODY = (202, 204)  # as a rule


def headers_for(path: str) -> Mapping[str, str]:
    """Return the headers of every response at this address."""
    own = next((start for start in BY_ADDRESS if path.startswith(start)), "")
    return {**EVERYWHERE, **BY_ADDRESS.get(own, {})}


def stand_on(response: Response, path: str) -> Response:
    """Set every header that the response does not set itself."""
    for name, value in headers_for(path).items():
        response.headers.setdefault(name, value)
    if response.status_code in WITHOUT_BODY and not response.calculate_content_length():
        response.headers.pop("Content-Type", None)  # Flask would call the nothing that it sends a page
    return response
