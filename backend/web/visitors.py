"""Visitors are known by a token that we signed; without one a visitor is new.

A token is opaque to its holder, bound to one site, and valid for half a year after it was made; that of a user whom a
site vouches for, a week: on a machine that others use too, it outlives the signing out.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable

from itsdangerous import BadSignature, URLSafeTimedSerializer

from backend.domain.errors import VisitorInvalid

VALID_S = 180 * 86_400
USER_VALID_S = 7 * 86_400
AHEAD_S = 86_400  # of a token that a host made whose clock was ahead of ours, or ours before it was set right
USER = "user:"  # no visitor's random id holds a colon


class VisitorTokens:
    """Makes and reads visitor tokens with one secret."""

    def __init__(self, secret: str, now: Callable[[], float] = lambda: time.time()) -> None:
        self._now = now
        self._key = hmac.new(secret.encode(), b"fingerprint", hashlib.sha256).digest()
        self._user_key = hmac.new(secret.encode(), b"user", hashlib.sha256).digest()
        self._signer = URLSafeTimedSerializer(secret, salt="visitor")

    def new_visitor(self) -> str:
        """Return a random id of 128 bits."""
        return secrets.token_urlsafe(16)

    def visitor_of_user(self, site_id: int, user: str) -> str:
        """Return the visitor that a site's user is, the same on every device; it does not tell the user's name."""
        named = f"{site_id}:{user}".encode(errors="surrogatepass")
        return USER + hmac.new(self._user_key, named, hashlib.sha256).hexdigest()[:32]

    def token_of(self, site_id: int, visitor: str) -> str:
        return str(self._signer.dumps([site_id, visitor]))

    def digest(self, content: bytes) -> str:
        """Return a fingerprint that nobody without our secret can make or test a guess against."""
        return hmac.new(self._key, content, hashlib.sha256).hexdigest()

    def read(self, token: str) -> tuple[int, str]:
        """Return (site id, visitor); raise VisitorInvalid for what we have not signed, or long ago."""
        try:
            (site_id, visitor), made_at = self._signer.loads(token, return_timestamp=True)
        except (BadSignature, ValueError, TypeError) as problem:
            raise VisitorInvalid("the visitor token is not one of ours; leave it out to begin anew") from problem
        if not isinstance(site_id, int) or not isinstance(visitor, str):
            raise VisitorInvalid("the visitor token is not one of ours; leave it out to begin anew")
        age_s = self._now() - made_at.timestamp()
        if not -AHEAD_S <= age_s <= (USER_VALID_S if is_user(visitor) else VALID_S):
            raise VisitorInvalid("the visitor token is not valid any more; leave it out to begin anew")
        return site_id, visitor


def is_user(visitor: str) -> bool:
    """Tell whether a site has vouched for this visitor."""
    return visitor.startswith(USER)
