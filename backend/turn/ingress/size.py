"""How much, and which characters."""

from __future__ import annotations

import re

from backend.domain.errors import InvalidRequest, MessageTooLong
from backend.domain.one_line import is_seen
from backend.turn.ingress.injection.views import undisguised

MOST_CHARACTERS = 4_000
# Control characters that nobody types: they hide text from people, not from models. Tab and newline stay.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def check_size(message: str) -> None:
    """Raise MessageTooLong over the limit, and InvalidRequest where there is nothing to read."""
    if len(message) > MOST_CHARACTERS:
        raise MessageTooLong(
            f"message: {len(message)} characters; at most {MOST_CHARACTERS} are taken. Shorten it and send it again."
        )
    if (length := len(undisguised(message))) > MOST_CHARACTERS:  # what one character stands for may be many
        raise MessageTooLong(
            f"message: {length} characters once it is written out; at most {MOST_CHARACTERS} are taken. Shorten it and "
            "send it again."
        )
    if not any(map(is_seen, message)):
        raise InvalidRequest("message: nothing to read in it. Send at least one visible character.")


def readable(message: str) -> str:
    """Return the message without control characters, line ends as newlines."""
    return CONTROL.sub("", message.replace("\r\n", "\n").replace("\r", "\n"))
