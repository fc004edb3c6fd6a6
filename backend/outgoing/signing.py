"""Signatures of webhooks, by the Standard Webhooks specification (https://www.standardwebhooks.com/).

What is signed is `id.timestamp.body`, so that neither can be put beside another body; a receiver refuses timestamps
that are minutes off, and drops ids that it has seen.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """Return a new secret, in the form in which receivers keep it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(secret: str, delivery: str, at: int, body: bytes) -> Mapping[str, str]:
    """Return the headers that prove a body to be ours; `at` is the second of this try."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{delivery}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
