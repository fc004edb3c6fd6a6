"""Random tokens of sessions, links and tools. What is kept of one is its hash: a stolen database opens nothing."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 32
API_PREFIX = "dk_"
SHOWN = 8  # characters of a tool's token that are kept to know it by
LINK_PATH = "/console/link/"


def new_token(prefix: str = "") -> str:
    return prefix + secrets.token_urlsafe(BYTES)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def link_address(public_url: str, token: str) -> str:
    """Return the address of a one-time link."""
    return f"{public_url}{LINK_PATH}{token}"
