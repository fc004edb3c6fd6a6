"""The line that puts the assistant on a page, the same pinned to today's file, and what a policy must allow."""

from __future__ import annotations

from dataclasses import dataclass

from backend.console.parts import parts
from backend.http.widget_file import widget_file


@dataclass(frozen=True, slots=True)
class Tag:
    """`pinned` loads only the file of today; `policy` are the directives that a Content-Security-Policy needs."""

    line: str
    pinned: str
    policy: tuple[str, ...]


def tag_of(key: str) -> Tag:
    """Return the tag of the site with this key."""
    address, file = parts().public_url.rstrip("/"), widget_file(parts().widget_file)
    return Tag(
        line=f'<script async src="{address}/widget.js" data-site="{key}"></script>',
        pinned=f'<script async src="{address}{file.path}" integrity="{file.integrity}" crossorigin="anonymous" '
        f'data-site="{key}"></script>',
        policy=(f"script-src {address}", f"connect-src {address}"),
    )
