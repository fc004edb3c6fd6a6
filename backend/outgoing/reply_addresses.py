"""The address to which a visitor answers a letter: ours, with the conversation and a mark of ours in it.

Nobody can make such an address for another conversation: the mark is made with a secret. It survives a mail server that
writes addresses in small letters.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

LONGEST_LOCAL = 64  # characters in front of the @
MARK = 12
IN_ADDRESS = re.compile(r"\+([a-z2-7]{1,120})\.([0-9a-f]{12})@", re.IGNORECASE)


def reply_address(sender: str, conversation: str, secret: str) -> str:
    """Return where a visitor of this conversation answers; empty where that would be longer than an address may be."""
    name, _, host = sender.rpartition("@")
    written = base64.b32encode(conversation.encode()).decode().rstrip("=").lower()
    local = f"{name}+{written}.{mark_of(conversation, secret)}"
    return f"{local}@{host}" if len(local) <= LONGEST_LOCAL else ""


def conversation_in(address: str, secret: str) -> str | None:
    """Return the conversation that an address of ours is for; None where it is none, or not of our making."""
    found = IN_ADDRESS.search(address)
    if found is None:
        return None
    written = found[1].upper()
    try:
        conversation = base64.b32decode(written + "=" * (-len(written) % 8)).decode()
    except (binascii.Error, ValueError):
        return None
    return conversation if hmac.compare_digest(found[2].lower(), mark_of(conversation, secret)) else None


def mark_of(conversation: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"reply:{conversation}".encode(), hashlib.sha256).hexdigest()[:MARK]
