"""Which pages may talk to us: a site's own origins, compared exactly, and our own.

The list stops other web sites, not scripts: a request without `Origin` is no browser and is let in under the limits.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response

from backend.domain.errors import OriginNotAllowed
from backend.domain.site import Site

ALLOWED_HEADERS = "Authorization, Content-Type, Last-Event-ID"
ALLOWED_METHODS = "GET, POST, DELETE, OPTIONS"
EXPOSED_HEADERS = "Retry-After"
PREFLIGHT_S = "7200"


class Origins:
    """Knows our own origins; a site's come with the site."""

    def __init__(self, public_url: str, port: int) -> None:
        public = urlsplit(public_url)
        loopback = (f"http://{host}:{port}" for host in ("127.0.0.1", "localhost", "[::1]"))
        self._ours = frozenset({f"{public.scheme}://{public.netloc}", *loopback})

    def is_ours(self, origin: str) -> bool:
        return origin in self._ours

    def check(self, origin: str | None, site: Site) -> None:
        """Raise OriginNotAllowed for a browser on a page that is neither the site's nor ours."""
        if origin is None or self.is_ours(origin) or origin in site.settings.origins:
            return
        raise OriginNotAllowed(
            f"the origin {origin[:200]!r} is not one of this site's; add it to `origins` in site.toml and apply again"
        )


def allow(response: Response, origin: str) -> Response:
    """Let a page of this origin read the response."""
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
    return response


def allow_preflight(response: Response, origin: str) -> Response:
    allow(response, origin)
    response.headers["Access-Control-Allow-Methods"] = ALLOWED_METHODS
    response.headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
    response.headers["Access-Control-Max-Age"] = PREFLIGHT_S
    return response
