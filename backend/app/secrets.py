"""Secrets derived from our two keys: the canary of a site, and the cipher of the turn log."""

from __future__ import annotations

import hashlib
import hmac

from backend.store import Cipher, Place

TURN_LOG_PLACE = Place(site="", table="turn_log", row="", column="frame")


def canary_of(secret: str, site_id: int) -> str:
    """Return the mark that stands in a site's system prompt and nowhere else: the same for every turn."""
    return "dk-" + hmac.new(secret.encode(), f"canary:{site_id}".encode(), hashlib.sha256).hexdigest()[:20]


def turn_log_cipher(data_key: bytes) -> Cipher:
    return Cipher(hmac.new(data_key, b"turn log", hashlib.sha256).digest())
