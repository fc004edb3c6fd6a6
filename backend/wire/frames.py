"""Server-sent events as bytes.

1. Every event has `id`, `event` and one `data` line of JSON; nothing in it can forge a second field.
2. `retry:` comes first in a response; a comment keeps proxies from closing a silent one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import orjson

RETRY_MS = 800
RETRY = b"retry: %d\n\n" % RETRY_MS
COMMENT = b": still here\n\n"
BREAKS_A_LINE = re.compile(r"[\r\n\0]")


class WireError(ValueError):
    """Something that must not go onto the wire."""


def encode_frame(event: str, fields: Mapping[str, object], *, number: int) -> bytes:
    """Return one SSE frame; refuse an event name that could forge a second field."""
    if BREAKS_A_LINE.search(event):
        raise WireError(f"event name breaks its line: {event!r}")
    body = orjson.dumps(fields)  # JSON escapes newlines: one data line
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, event.encode(), body)


def encode_delta(json: str, *, number: int) -> bytes:
    """Return the frame of a delta, as `encode_frame` would: of a reply nearly all frames are such."""
    return b'id: %d\nevent: delta\ndata: {"json":%s}\n\n' % (number, orjson.dumps(json))
